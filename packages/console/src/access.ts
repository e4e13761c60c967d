import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiRole } from '@tandem/messages';
import type { ConsoleConfig } from './console-config.ts';

/** Each role may do what those of lower rank may. */
const RANKS: Readonly<Record<ApiRole, number>> = { admin: 3, billing: 2, read: 1, public: 0 };

/**
 * Who may do what: tokens and their roles. Without any token everybody is an administrator,
 * which the conf allows on loopback only.
 */
export class Access {
  readonly #tokens: readonly (readonly [ApiRole, Buffer])[];

  constructor({ token, billingToken, readToken }: ConsoleConfig) {
    const given: readonly (readonly [ApiRole, string | undefined])[] = [
      ['admin', token],
      ['billing', billingToken],
      ['read', readToken],
    ];
    this.#tokens = given.flatMap(([role, secret]) =>
      secret === undefined ? [] : [[role, digest(secret)] as const],
    );
  }

  /** Whether there is no token at all. */
  get isOpen(): boolean {
    return this.#tokens.length === 0;
  }

  /** What stands for a token that is shown, right or wrong; undefined: none is, or none is needed. */
  digestOf(authorization: string | undefined): string | undefined {
    const token = this.isOpen ? undefined : bearerOf(authorization);
    return token === undefined ? undefined : digest(token).toString('base64');
  }

  /** The role of whoever sends this Authorization header; undefined: nobody's token. */
  roleOf(authorization: string | undefined): ApiRole | undefined {
    if (this.isOpen) return 'admin';
    const token = bearerOf(authorization);
    if (token === undefined) return undefined;
    const shown = digest(token);
    let found: ApiRole | undefined;
    // All are compared, each in constant time: how long it takes tells nothing.
    for (const [role, token] of this.#tokens) {
      if (timingSafeEqual(shown, token)) found ??= role;
    }
    return found;
  }
}

/** Whether `role` may do what `needed` may. */
export function mayActAs(role: ApiRole, needed: ApiRole): boolean {
  return RANKS[role] >= RANKS[needed];
}

function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
}

function digest(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
