/** Postgres takes no NUL and no half of a surrogate pair; phones may send both. */
const UNWRITABLE = /[\0\p{Cs}]/gu;

/**
 * The first `charactersMax` characters of a text from the wire, as Postgres takes them: what it
 * would refuse becomes U+FFFD. Nearly all texts are well formed, which is told without the pattern.
 */
export function writable(text: string, charactersMax: number): string {
  const start = text.length > charactersMax ? text.slice(0, charactersMax) : text;
  if (start.isWellFormed() && !start.includes('\0')) return start;
  return start.replace(UNWRITABLE, '\ufffd');
}
