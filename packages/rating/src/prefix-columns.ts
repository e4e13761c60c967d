import { GrowingColumn } from './growing-column.ts';
import { symbolOf, SYMBOLS } from './prefix-symbols.ts';

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
export interface PrefixRows {
  readonly lefts: Float64Array;
  readonly rights: Float64Array;
  readonly lengths: Uint8Array;
}

/** Takes prefixes one by one. */
export class PrefixColumns {
  readonly #lefts = new GrowingColumn((length) => new Float64Array(length));
  readonly #rights = new GrowingColumn((length) => new Float64Array(length));
  readonly #lengths = new GrowingColumn((length) => new Uint8Array(length));

  get length(): number {
    return this.#lengths.length;
  }

  /** Adds a prefix, sound by `prefixProblem`, as the next row. */
  add(prefix: string): void {
    this.#lefts.push(padded(prefix, 0, HALF_SYMBOLS));
    this.#rights.push(padded(prefix, HALF_SYMBOLS, HALF_SYMBOLS));
    this.#lengths.push(prefix.length);
  }

  toRows(): PrefixRows {
    return {
      lefts: this.#lefts.toArray(),
      rights: this.#rights.toArray(),
      lengths: this.#lengths.toArray(),
    };
  }
}

/** Orders two rows as a walk through the trie meets them: parents first. 0 if they are equal. */
export function compareRows(rows: PrefixRows, one: number, other: number): number {
  return (
    rows.lefts[one]! - rows.lefts[other]! ||
    rows.rights[one]! - rows.rights[other]! ||
    rows.lengths[one]! - rows.lengths[other]!
  );
}

/** The number that `width` symbols from `from` make, with zeros for those that are missing. */
export function padded(digits: string, from: number, width: number): number {
  let value = 0;
  for (let at = from; at < from + width; at++) {
    const symbol = at < digits.length ? symbolOf(digits.charCodeAt(at)) : 0;
    value = value * SYMBOLS + symbol;
  }
  return value;
}
