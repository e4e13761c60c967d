import { refuseUnknown } from '../query.ts';
import type { ConsoleResource } from './console-resource.ts';

/** Who serves the pages. */
export interface SessionSources {
  readonly node: string;
  readonly version: string;
}

/** GET /session: what the token of this request may do, so that pages offer nothing else. */
export function showSession({ node, version }: SessionSources): ConsoleResource {
  return {
    method: 'GET',
    path: '/session',
    role: 'read',
    summary: 'Tells the role of the token that is sent: admin, billing or read.',
    handle({ query, actor }) {
      // An actor is `<role>@<address>`.
      const body = { role: actor.split('@', 1)[0], node, version };
      return Promise.resolve(refuseUnknown(query, []) ?? { status: 200, body });
    },
  };
}
