import { refuse } from '@tandem/messages';
import { type Flow, keep, parseRoutes, type SipRequest } from '@tandem/sip-stack';
import type { PeerRanges } from '../requests/peer-ranges.ts';
import type { RegisterRefusal } from './read-contacts.ts';

const PATH_MAX = 8;

/**
 * The way back to a phone that registers through proxies (RFC 3327 §5.3), topmost first: believed
 * from our own load balancers alone. From anybody else it would make us send calls wherever he
 * likes, so it is left out, and the phone is reached as its packets came.
 */
export function readPath(
  { headers }: SipRequest,
  { remoteAddress }: Flow,
  { proxies }: PeerRanges,
): readonly string[] | RegisterRefusal {
  if (!headers.has('Path') || !proxies.has(remoteAddress)) return [];
  const path = parseRoutes(headers, 'Path');
  const isWhole = path?.every(({ uri }) => uri?.kind === 'sip' && uri.headers === undefined);
  if (path === undefined || isWhole !== true || path.length > PATH_MAX) {
    return { refusal: refuse('badrequest', 'Path'), headers: [] };
  }
  return path.map(({ text }) => keep(text));
}
