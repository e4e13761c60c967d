import { GrowingColumn } from './growing-column.ts';
import { prefixProblem, symbolOf, SYMBOLS } from './prefix-symbols.ts';

/*
 * A prefix as two numbers of 12 symbols each, padded with zeros on the right, so that numeric
 * order is the order of a walk through the trie (parents before children):
 *
 *   4 4 2 0 7 9 4 6 0 0 0 0 | 0 0 0 0 0 0 0 0 0 0 0 0
 *   └─ left, < 12^12 ─────┘ └─ right, < 12^12 ──────┘
 */

/** Symbols in each of the two numbers of a prefix. */
export const HALF_SYMBOLS = 12;

/**
 * Powers of the alphabet, as far as a float holds them exactly: what a prefix covers of a line on
 * which that many symbols may follow it.
 */
export const POWERS: readonly number[] = Array.from({ length: 15 }, (_, n) => SYMBOLS ** n);

/** Prefixes as rows of numbers, in the order in which they were added. */
export class PrefixColumns {
  readonly #lefts = new GrowingColumn((length) => new Float64Array(length));
  readonly #rights = new GrowingColumn((length) => new Float64Array(length));
  readonly #lengths = new GrowingColumn((length) => new Uint8Array(length));

  get length(): number {
    return this.#lengths.length;
  }

  /** Adds a prefix as the next row. Throws a RangeError with the text of {@link prefixProblem}. */
  add(prefix: string): void {
    const problem = prefixProblem(prefix);
    if (problem !== undefined) throw new RangeError(problem);
    this.#lefts.push(padded(prefix, 0, HALF_SYMBOLS));
    this.#rights.push(padded(prefix, HALF_SYMBOLS, HALF_SYMBOLS));
    this.#lengths.push(prefix.length);
  }

  leftOf(row: number): number {
    return this.#lefts.at(row);
  }

  rightOf(row: number): number {
    return this.#rights.at(row);
  }

  lengthOf(row: number): number {
    return this.#lengths.at(row);
  }

  /** Orders two rows as a walk through the trie meets them: parents first. 0 if they are equal. */
  compare(one: number, other: number): number {
    return (
      this.leftOf(one) - this.leftOf(other) ||
      this.rightOf(one) - this.rightOf(other) ||
      this.lengthOf(one) - this.lengthOf(other)
    );
  }
}

/** The number that `width` symbols from `from` make, with zeros for those that are missing. */
export function padded(digits: string, from: number, width: number): number {
  const end = Math.max(from, Math.min(digits.length, from + width));
  let value = 0;
  for (let at = from; at < end; at++) value = value * SYMBOLS + symbolOf(digits.charCodeAt(at));
  return value * POWERS[from + width - end]!;
}
