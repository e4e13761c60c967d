import { parseDecimal } from './characters.ts';
import type { ParseLimits } from './parse-limits.ts';
import type { ParseFault } from './scan-head.ts';

/**
 * The body of a datagram: as long as Content-Length says, bytes beyond it thrown away, all that
 * is left where there is none (RFC 3261 §18.3). A fault where fewer bytes came than were stated.
 */
export function readBody(
  text: string,
  bodyStart: number,
  contentLength: string | undefined,
  limits: ParseLimits,
): string | ParseFault {
  const available = Math.max(0, text.length - bodyStart);
  let length = available;
  if (contentLength !== undefined) {
    if (!/^\d+$/.test(contentLength)) return brokenContentLength;
    const stated = parseDecimal(contentLength, available);
    if (stated === undefined) return bodyTooShort;
    length = stated;
  }
  if (length > limits.bodyBytesMax) return bodyTooLarge;
  return length === 0 ? '' : text.slice(bodyStart, bodyStart + length);
}

const brokenContentLength: ParseFault = { status: 400, reason: 'Broken Content-Length header' };
const bodyTooShort: ParseFault = { status: 400, reason: 'Body shorter than Content-Length' };
const bodyTooLarge: ParseFault = { status: 413, reason: 'Request Entity Too Large' };
