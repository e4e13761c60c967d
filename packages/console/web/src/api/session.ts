import { objectOf, textOf } from './read-json.ts';

/** What a token may do. */
export type Role = 'admin' | 'billing' | 'read';

/** Who is signed in, and at which node. */
export interface Session {
  readonly role: Role;
  readonly node: string;
  readonly version: string;
}

/** Reads GET /session; a role that these pages do not know may read. */
export function readSession(body: unknown): Session {
  const { role, node, version } = objectOf(body);
  const known = role === 'admin' || role === 'billing' ? role : 'read';
  return { role: known, node: textOf(node), version: textOf(version) };
}

/** Whether a role may do what another is needed for. */
export function mayAct(role: Role, needed: Role): boolean {
  const rank: Readonly<Record<Role, number>> = { read: 1, billing: 2, admin: 3 };
  return rank[role] >= rank[needed];
}
