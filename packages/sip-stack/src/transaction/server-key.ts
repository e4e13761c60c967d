import { firstVia } from '../wire/via.ts';
import type { SipRequest } from '../wire/sip-request.ts';

/**
 * What repeats of a request, its ACK and its CANCEL have in common (RFC 3261 §17.2.3): branch and
 * sent-by. From before RFC 3261, where branches mean nothing: Call-ID, CSeq, From-tag, URI and Via.
 * The method is left out; each machine has a table of its own.
 */
export function serverKey(request: SipRequest): string {
  const { via } = request;
  const branch = via.branch;
  if (branch !== undefined && isOfRfc3261(branch)) return `${branch}|${via.sentBy}`;
  const top = firstVia(request.get('Via') ?? '');
  return `${request.callId}|${request.cseq.number}|${request.fromTag ?? ''}|${request.uri}|${top}`;
}

/**
 * What copies of one request that came by different ways have in common (RFC 3261 §8.2.2.2).
 * All INVITEs of one call share theirs, so that the next try finds the one before.
 */
export function mergeKey(request: SipRequest): string {
  const call = `${request.callId}|${request.fromTag ?? ''}`;
  return request.method === 'INVITE' ? call : `${call}|${request.cseq.number}|${request.method}`;
}

// Compared without case: the cookie is a token (RFC 3261 §7.3.1), and some phones shout.
function isOfRfc3261(branch: string): boolean {
  return (
    branch.length > COOKIE.length &&
    (branch.startsWith(COOKIE) ||
      branch.slice(0, COOKIE.length).toLowerCase() === COOKIE.toLowerCase())
  );
}

const COOKIE = 'z9hG4bK';
