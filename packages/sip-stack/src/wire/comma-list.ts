import { trimmedSlice } from './characters.ts';
import { endOfQuoted } from './quoted-string.ts';

/**
 * Splits a header value at its commas, but not at those inside quotes or angle brackets
 * (RFC 3261 §7.3.1). Elements are trimmed; empty ones are kept, so that each header decides
 * what they mean. After a quote that never closes the rest is one element. Linear.
 */
export function splitCommaList(value: string): string[] {
  const elements: string[] = [];
  if (!value.includes(',')) {
    elements.push(value);
    return elements;
  }
  let start = 0;
  for (;;) {
    const comma = nextComma(value, start);
    elements.push(trimmedSlice(value, start, comma));
    if (comma === value.length) return elements;
    start = comma + 1;
  }
}

/** Position of the first separating comma from `start`, or the length of `value`. */
export function nextComma(value: string, start: number): number {
  let isInBrackets = false;
  for (let at = start; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === 0x3e) isInBrackets = false;
    else if (isInBrackets) continue;
    else if (code === 0x2c) return at;
    else if (code === 0x3c) isInBrackets = true;
    else if (code === 0x22) {
      const end = endOfQuoted(value, at);
      if (end < 0) return value.length;
      at = end - 1;
    }
  }
  return value.length;
}
