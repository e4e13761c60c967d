/** Digits 0–9 and then `*` and `#`, in the order in which numbers are sorted. */
export const SYMBOLS = 12;

/** The longest prefix of a deck. Numbers may be longer; the rest of them says nothing. */
export const PREFIX_LENGTH_MAX = 24;

/** What {@link symbolOf} answers for a character that no number has. */
export const NO_SYMBOL = -1;

const DIGIT_0 = 0x30;
const STAR = 0x2a;
const HASH = 0x23;

/**
 * The symbol of one UTF-16 code: 0–9 for digits, 10 for `*`, 11 for `#`, else {@link NO_SYMBOL}.
 * `*` and `#` are keys like any other, so service codes and tech prefixes (`1234#`) can be rated.
 */
export function symbolOf(code: number): number {
  const digit = code - DIGIT_0;
  if (digit >= 0 && digit <= 9) return digit;
  if (code === STAR) return 10;
  return code === HASH ? 11 : NO_SYMBOL;
}

/** Says in one sentence why a text cannot be a prefix, or `undefined` if it can; "" can. */
export function prefixProblem(text: string): string | undefined {
  if (text.length > PREFIX_LENGTH_MAX) {
    const start = text.slice(0, PREFIX_LENGTH_MAX);
    return `prefix is longer than ${PREFIX_LENGTH_MAX} digits: ${JSON.stringify(start)}…`;
  }
  for (let at = 0; at < text.length; at++) {
    if (symbolOf(text.charCodeAt(at)) === NO_SYMBOL) {
      return `prefix is not made of digits, * and #: ${JSON.stringify(text)}`;
    }
  }
  return undefined;
}
