/**
 * Position after the quoted string that begins with the `"` at `start`, or -1 if it never closes.
 * A backslash takes the next character with it (RFC 3261 §25.1 quoted-pair).
 */
export function endOfQuoted(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    if (code === 0x5c) at++;
  }
  return -1;
}

/** The content of a quoted string, escapes undone; text without surrounding quotes stays as it is. */
export function unquote(text: string): string {
  if (text.length < 2 || text.charCodeAt(0) !== 0x22) return text;
  const inner = text.slice(1, -1);
  return inner.includes('\\') ? inner.replaceAll(/\\([\s\S])/g, '$1') : inner;
}

/** `text` as a quoted string; quotes and backslashes are escaped. Lines are cut by the draft. */
export function quote(text: string): string {
  return `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
