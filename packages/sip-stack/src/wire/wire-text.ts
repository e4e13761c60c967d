// Above 0xFF a latin1 write keeps only the low byte, so U+010A would come out as a line feed.
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\0\r\n\u0100-\uffff]/;

/**
 * Text that is safe to stand in one line on the wire: every run of CR, LF and NUL becomes a
 * space, and text beyond latin1 becomes its UTF-8 bytes. The one place through which every value
 * of a draft passes: whatever it holds, no header line can come of it.
 */
export function lineText(text: string): string {
  if (!UNSAFE.test(text)) return text;
  return byteText(text).replaceAll(/[\0\r\n]+/g, ' ');
}

/** Text as latin1 characters, one for each byte: text beyond latin1 becomes its UTF-8 bytes. */
export function byteText(text: string): string {
  // Plain ASCII, the usual case of a long text, is told fastest by its length in UTF-8.
  if (text.length > 64 && Buffer.byteLength(text, 'utf8') === text.length) return text;
  return /[\u0100-\uffff]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

/** Text as it travels: its UTF-8 bytes as latin1 characters. For names typed by people. */
export function textToWire(text: string): string {
  return /[^\0-\x7f]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
}

/** What {@link textToWire} wrote; bytes that are no UTF-8 are read as latin1. */
export function wireToText(wire: string): string {
  if (!/[^\0-\x7f]/.test(wire)) return wire;
  const text = Buffer.from(wire, 'latin1').toString('utf8');
  return text.includes('\ufffd') ? wire : text;
}
