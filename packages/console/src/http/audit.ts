import type { Log } from '@tandem/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';

const REFUSALS = new Set([401, 403, 429]);

/**
 * Writes down who did what, when, and what came of it: every write that passed the gate, whether
 * it succeeded or not, reads that take much out at once (`isTakenOut`), and everything that the
 * gate refused. Lines bear `audit`: "write", "export" or "refused". Bodies, queries and tokens are
 * never in them.
 */
export function auditAnswer(
  log: Log,
  { method, url, ip: address }: FastifyRequest,
  { statusCode: status }: FastifyReply,
  actor: string,
  isTakenOut: boolean,
): void {
  const path = url.split('?', 1)[0];
  const fields = { actor, address, method, path, status };
  if (REFUSALS.has(status)) log.warn('the API refused', { audit: 'refused', ...fields });
  else if (method !== 'GET' && method !== 'HEAD') {
    log.info('the API was used', { audit: 'write', ...fields });
  } else if (isTakenOut) log.info('much was read', { audit: 'export', ...fields });
}
