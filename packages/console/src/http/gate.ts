import type { Log } from '@tandem/engine';
import type { ApiAnswer, ApiRole } from '@tandem/messages';
import type { FastifyRequest } from 'fastify';
import { type Access, mayActAs } from '../access.ts';
import { apiError } from '../api-error.ts';
import { foreignWord } from './host-guard.ts';

/**
 * Decides before a body is read who may come in: somebody without a token cannot make the node
 * read megabytes either. What is refused is told in the log, with the address.
 */
export class Gate {
  readonly #log: Log;
  #access: Access | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Tokens that count from now on; before the first call nobody comes in. */
  setAccess(access: Access): void {
    this.#access = access;
  }

  /** The refusal of a request for something that needs a role; undefined: it may pass. */
  refuse(request: FastifyRequest, needed: ApiRole): ApiAnswer | undefined {
    if (needed === 'public') return undefined;
    const refusal = this.#refuseForeign(request) ?? this.#refuseRole(request, needed);
    if (refusal === undefined) return undefined;
    const { ip: address, method } = request;
    const path = request.url.split('?', 1)[0];
    this.#log.warn('the API refused', { address, method, path, status: refusal.status });
    return refusal;
  }

  /** Who asks, for the log and for audit rows: role and address. */
  actorOf(request: FastifyRequest): string {
    return `${this.#roleOf(request) ?? 'public'}@${request.ip}`;
  }

  #refuseForeign(request: FastifyRequest): ApiAnswer | undefined {
    if (this.#access?.isOpen !== true) return undefined;
    const message = foreignWord(request.headers.host, request.headers.origin);
    const hint = 'set [console] token, and send it as a bearer token';
    return message === undefined ? undefined : apiError(403, 'ORIGIN_FOREIGN', message, { hint });
  }

  #refuseRole(request: FastifyRequest, needed: ApiRole): ApiAnswer | undefined {
    const role = this.#roleOf(request);
    if (role === undefined) {
      const hint = 'send the header `Authorization: Bearer <token>`, with a token of [console]';
      return apiError(401, 'TOKEN_MISSING', 'a valid token is needed', { hint });
    }
    if (mayActAs(role, needed)) return undefined;
    const message = `this needs the role ${needed}, and the token has ${role}`;
    return apiError(403, 'ROLE_INSUFFICIENT', message);
  }

  #roleOf(request: FastifyRequest): ApiRole | undefined {
    return this.#access?.roleOf(request.headers.authorization);
  }
}
