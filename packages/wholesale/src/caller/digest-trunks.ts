import type { UserCredentials } from '@tandem/messages';
import { createHash } from 'node:crypto';
import type { Trunk } from '../setup/trunk.ts';

/** Hashes kept; beyond it they are made again. */
const KEPT_MAX = 1_000;

/** Hashes of inbound trunks' passwords (RFC 7616 §3.4.2), made once for each realm. */
export class DigestTrunks {
  readonly #kept = new WeakMap<Trunk, Map<string, UserCredentials>>();

  /** The hashes for a trunk that has a password; undefined for any other. */
  credentialsOf(trunk: Trunk | undefined, realm: string): UserCredentials | undefined {
    if (trunk === undefined || trunk.password === '') return undefined;
    const byRealm = this.#kept.get(trunk) ?? new Map<string, UserCredentials>();
    this.#kept.set(trunk, byRealm);
    const kept = byRealm.get(realm);
    if (kept !== undefined) return kept;
    const { username, password } = trunk;
    const secret = `${username}:${realm}:${password}`;
    const hash = (name: string): string => createHash(name).update(secret).digest('hex');
    const made = { username, realm, ha1Md5: hash('md5'), ha1Sha256: hash('sha256') };
    if (byRealm.size >= KEPT_MAX) byRealm.clear();
    byRealm.set(realm, made);
    return made;
  }
}
