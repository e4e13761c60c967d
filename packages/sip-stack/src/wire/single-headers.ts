import { splitCommaList } from './comma-list.ts';
import type { ParseLimits } from './parse-limits.ts';
import type { ParseFault, ScannedHead } from './scan-head.ts';

/** Where in the head the lines stand that every message has; -1 where one is missing. */
export interface SingleHeaders {
  readonly via: number;
  readonly from: number;
  readonly to: number;
  readonly callId: number;
  readonly cseq: number;
  readonly contentLength: number;
  readonly fault: ParseFault | undefined;
}

/**
 * Finds the lines every message needs and counts what may be there only once (RFC 4475 §3.3.8):
 * two answers to "who calls" or "how long is the body" are none. A repeated Content-Length is
 * refused even where both agree.
 */
export function countHeaders(head: ScannedHead, limits: ParseLimits): SingleHeaders {
  let via = -1;
  let from = -1;
  let to = -1;
  let callId = -1;
  let cseq = -1;
  let contentLength = -1;
  let contentType = -1;
  let maxForwards = -1;
  let vias = 0;
  let repeated: string | undefined;
  const { keys, values } = head;
  for (let at = 0; at < keys.length; at++) {
    switch (keys[at]) {
      case 'via': {
        if (via < 0) via = at;
        const value = values[at] ?? '';
        vias += value.includes(',') ? splitCommaList(value).length : 1;
        break;
      }
      case 'from':
        if (from >= 0) repeated ??= 'From';
        else from = at;
        break;
      case 'to':
        if (to >= 0) repeated ??= 'To';
        else to = at;
        break;
      case 'call-id':
        if (callId >= 0) repeated ??= 'Call-ID';
        else callId = at;
        break;
      case 'cseq':
        if (cseq >= 0) repeated ??= 'CSeq';
        else cseq = at;
        break;
      case 'content-length':
        if (contentLength >= 0) repeated ??= 'Content-Length';
        else contentLength = at;
        break;
      case 'content-type':
        if (contentType >= 0) repeated ??= 'Content-Type';
        else contentType = at;
        break;
      case 'max-forwards':
        if (maxForwards >= 0) repeated ??= 'Max-Forwards';
        else maxForwards = at;
        break;
      default:
    }
  }
  let fault: ParseFault | undefined;
  if (vias > limits.viasMax) fault = tooManyVias;
  else if (repeated !== undefined) fault = { status: 400, reason: `Repeated ${repeated} header` };
  else {
    const missing = firstMissing(via, from, to, callId, cseq);
    if (missing !== undefined) fault = { status: 400, reason: `Missing ${missing} header` };
  }
  return { via, from, to, callId, cseq, contentLength, fault };
}

function firstMissing(
  via: number,
  from: number,
  to: number,
  callId: number,
  cseq: number,
): string | undefined {
  if (via < 0) return 'Via';
  if (from < 0) return 'From';
  if (to < 0) return 'To';
  if (callId < 0) return 'Call-ID';
  return cseq < 0 ? 'CSeq' : undefined;
}

const tooManyVias: ParseFault = { status: 513, reason: 'Too many Via entries' };
