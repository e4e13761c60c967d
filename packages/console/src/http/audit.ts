import type { Log } from '@tandem/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';

const REFUSALS = new Set([401, 403, 429]);

/**
 * Writes down who did what, when, and what came of it: every write that passed the gate, whether
 * it succeeded or not, and everything that the gate refused. Lines bear `audit`: "write" or
 * "refused". Bodies and tokens are never in them.
 */
export function auditAnswer(
  log: Log,
  { method, url, ip: address }: FastifyRequest,
  { statusCode: status }: FastifyReply,
  actor: string,
): void {
  const path = url.split('?', 1)[0];
  const fields = { actor, address, method, path, status };
  if (REFUSALS.has(status)) log.warn('the API refused', { audit: 'refused', ...fields });
  else if (method !== 'GET' && method !== 'HEAD') {
    log.info('the API was used', { audit: 'write', ...fields });
  }
}
