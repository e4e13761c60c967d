import type { Clock } from '@tandem/engine';
import type { ApiAnswer, ApiRole } from '@tandem/messages';
import type { FastifyRequest } from 'fastify';
import { type Access, mayActAs } from '../access.ts';
import { apiError } from '../api-error.ts';
import { FailedTokens } from './failed-tokens.ts';
import { foreignWord } from './host-guard.ts';

/** Why a request may not pass, with the seconds after which it may be tried again. */
export interface GateRefusal extends ApiAnswer {
  readonly retryAfterSeconds?: number | undefined;
}

/**
 * Decides before a body is read who may come in: somebody without a token cannot make the node
 * read megabytes either.
 */
export class Gate {
  readonly #failed: FailedTokens;
  #access: Access | undefined;

  constructor(clock: Clock) {
    this.#failed = new FailedTokens(clock);
  }

  /** Tokens that count from now on; before the first call nobody comes in. */
  setAccess(access: Access): void {
    this.#access = access;
  }

  /** The refusal of a request for something that needs a role; undefined: it may pass. */
  refuse(request: FastifyRequest, needed: ApiRole): GateRefusal | undefined {
    if (needed === 'public') return undefined;
    return this.#refuseForeign(request) ?? this.#refuseRole(request, needed);
  }

  /** Who asks, for the log and for audit rows: role and address. */
  actorOf(request: FastifyRequest): string {
    return `${this.#roleOf(request) ?? 'nobody'}@${request.ip}`;
  }

  #refuseForeign(request: FastifyRequest): ApiAnswer | undefined {
    if (this.#access?.isOpen !== true) return undefined;
    const message = foreignWord(request.headers.host, request.headers.origin);
    const hint = 'set [console] token, and send it as a bearer token';
    return message === undefined ? undefined : apiError(403, 'ORIGIN_FOREIGN', message, { hint });
  }

  #refuseRole(request: FastifyRequest, needed: ApiRole): GateRefusal | undefined {
    const shown = request.headers.authorization;
    const digest = this.#access?.digestOf(shown);
    if (digest !== undefined) {
      const seconds = this.#failed.secondsToWait(request.ip, digest);
      if (seconds > 0) return tooMany(seconds);
    }
    const role = this.#roleOf(request);
    if (role === undefined) {
      if (digest !== undefined) this.#failed.fail(request.ip);
      const hint = 'send the header `Authorization: Bearer <token>`, with a token of [console]';
      return apiError(401, 'TOKEN_MISSING', 'a valid token is needed', { hint });
    }
    if (digest !== undefined) this.#failed.succeed(request.ip, digest);
    if (mayActAs(role, needed)) return undefined;
    const message = `this needs the role ${needed}, and the token has ${role}`;
    return apiError(403, 'ROLE_INSUFFICIENT', message);
  }

  #roleOf(request: FastifyRequest): ApiRole | undefined {
    return this.#access?.roleOf(request.headers.authorization);
  }
}

function tooMany(retryAfterSeconds: number): GateRefusal {
  const message = `too many wrong tokens came from this address; wait ${retryAfterSeconds} s`;
  return { ...apiError(429, 'TOKEN_TRIES', message), retryAfterSeconds };
}
