/** A sheet's text, and how its bytes were understood if that may surprise. */
export interface SheetText {
  readonly text: string;
  readonly remark?: string;
}

/**
 * Turns a file into text: UTF-8 with or without a byte order mark, UTF-16 with one (what
 * spreadsheets save as Unicode text); bytes that are neither are Windows-1252, as spreadsheets of
 * western Europe save CSV. Never throws.
 */
export function textOf(source: Uint8Array | string): SheetText {
  if (typeof source === 'string') return { text: source.replace(/^\uFEFF/, '') };
  if (source[0] === 0xff && source[1] === 0xfe) return decoded(source, 'utf-16le', 'UTF-16');
  if (source[0] === 0xfe && source[1] === 0xff) return decoded(source, 'utf-16be', 'UTF-16');
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(source) };
  } catch {
    return decoded(source, 'windows-1252', 'Windows-1252, for it is no valid UTF-8');
  }
}

function decoded(source: Uint8Array, encoding: string, name: string): SheetText {
  return { text: new TextDecoder(encoding).decode(source), remark: `the file was read as ${name}` };
}
