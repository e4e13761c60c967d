/** Whether `text` holds only what a URI may: no blanks, controls, quotes or angle brackets. */
export function isUriText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex
  return !/[\0-\x20"<>\x7f]/.test(text);
}

/** Undoes `%XX` escapes into latin1 characters; undefined where one is broken. `%00` gives NUL. */
export function unescapeUri(text: string): string | undefined {
  if (!text.includes('%')) return text;
  if (/%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  return text.replaceAll(/%(..)/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
}

/**
 * Escapes text for the user part of a SIP URI (RFC 3261 §25.1 user: unreserved and
 * `& = + $ , ; ? /` stay). Beyond latin1 it is taken as UTF-8.
 */
export function escapeUriUser(text: string): string {
  if (/^[\w.!~*'()&=+$,;?/-]*$/.test(text)) return text;
  const bytes = Buffer.from(text, /[^\0-\xff]/.test(text) ? 'utf8' : 'latin1');
  let escaped = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    escaped += /[\w.!~*'()&=+$,;?/-]/.test(character) ? character : percent(byte);
  }
  return escaped;
}

/**
 * One spelling for all equal escapings (RFC 3261 §19.1.4): an escaped unreserved character is
 * itself; every other escape stays, in capitals. A reserved character never equals its escape.
 */
export function normaliseEscapes(text: string): string {
  if (!text.includes('%')) return text;
  return text.replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) => {
    const byte = parseInt(hex, 16);
    const character = String.fromCharCode(byte);
    return /[a-zA-Z0-9_.!~*'()-]/.test(character) ? character : percent(byte);
  });
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}
