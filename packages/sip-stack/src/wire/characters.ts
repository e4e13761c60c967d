// token of RFC 3261 §25.1: alphanumeric and - . ! % * _ + ` ' ~
const TOKEN_CODES: Uint8Array = Uint8Array.from({ length: 256 }, (_, code) =>
  /[\w.!%*+`'~-]/.test(String.fromCharCode(code)) ? 1 : 0,
);

/** Whether a character code may stand in a token (RFC 3261 §25.1). */
export function isTokenCode(code: number): boolean {
  return TOKEN_CODES[code] === 1;
}

/** Whether `text` is one token: a method, a header name, an option tag (RFC 3261 §25.1). */
export function isToken(text: string): boolean {
  if (text.length === 0) return false;
  for (let at = 0; at < text.length; at++) {
    if (TOKEN_CODES[text.charCodeAt(at)] !== 1) return false;
  }
  return true;
}

/** First position from `at` that holds neither space nor tab; `text.length` if none does. */
export function skipBlanks(text: string, at: number): number {
  let next = at;
  for (; next < text.length; next++) {
    const code = text.charCodeAt(next);
    if (code !== 0x20 && code !== 0x09) break;
  }
  return next;
}

/** `text` from `start` to `end` without blanks at either side. Linear, unlike a regular expression. */
export function trimmedSlice(text: string, start: number, end: number): string {
  let from = start;
  let to = end;
  for (; from < to; from++) {
    const code = text.charCodeAt(from);
    if (code !== 0x20 && code !== 0x09) break;
  }
  for (; to > from; to--) {
    const code = text.charCodeAt(to - 1);
    if (code !== 0x20 && code !== 0x09) break;
  }
  return text.slice(from, to);
}

/**
 * A decimal number of digits only, or undefined when it is none or above `max`.
 * Leading zeros are allowed (RFC 4475 §3.1.1.1) and cost nothing.
 */
export function parseDecimal(text: string, max: number): number | undefined {
  if (text.length === 0) return undefined;
  let value = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = value * 10 + digit;
    if (value > max) return undefined;
  }
  return value;
}

/** A slice in lower case. Most are already, and telling so is cheaper than making a new text. */
export function lowerSlice(text: string, start: number, end: number): string {
  const slice = text.slice(start, end);
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if ((code >= 0x41 && code <= 0x5a) || code > 0x7f) return slice.toLowerCase();
  }
  return slice;
}
