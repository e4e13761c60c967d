import { parseDecimal } from './characters.ts';

// A header line begins after a CRLF; a folded line begins with a blank and is none.
const ANY = /\r\n(?:content-length|l)[ \t]*:/gi;
const WHOLE = /\r\n(?:content-length|l)[ \t]*:[ \t]*(?:\r\n[ \t]+)?(\d+)[ \t]*(?=\r\n(?![ \t]))/i;

/**
 * The Content-Length a head states, in bytes, or why there is none that can be trusted. On a
 * stream it must be there exactly once (RFC 3261 §18.3): whoever guesses it takes a piece of a
 * body for the next request.
 */
export function statedContentLength(head: string): number | string {
  const count = head.match(ANY)?.length ?? 0;
  if (count === 0) return 'Missing Content-Length header';
  if (count > 1) return 'Repeated Content-Length header';
  const digits = WHOLE.exec(head)?.[1];
  if (digits === undefined) return 'Broken Content-Length header';
  return parseDecimal(digits, Number.MAX_SAFE_INTEGER / 16) ?? Number.MAX_SAFE_INTEGER;
}
