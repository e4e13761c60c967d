import { NO_SYMBOL, PREFIX_LENGTH_MAX, symbolOf, SYMBOLS } from './prefix-symbols.ts';

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

const FIRST_CAPACITY = 1024;

/** Takes prefixes one by one. */
export class PrefixColumns {
  #lefts = new Float64Array(FIRST_CAPACITY);
  #rights = new Float64Array(FIRST_CAPACITY);
  #lengths = new Uint8Array(FIRST_CAPACITY);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Adds a prefix, sound by `prefixProblem`, as the next row. */
  add(prefix: string): void {
    const left = padded(prefix, 0, HALF_SYMBOLS);
    this.#push(left, padded(prefix, HALF_SYMBOLS, HALF_SYMBOLS), prefix.length);
  }

  /**
   * Adds the prefix `bytes[from … to - 1]`, one byte for each symbol, as the next row; false, and
   * nothing added, if it is none.
   */
  addBytes(bytes: Uint8Array, from: number, to: number): boolean {
    const length = to - from;
    if (length > PREFIX_LENGTH_MAX) return false;
    const middle = Math.min(to, from + HALF_SYMBOLS);
    const left = numberIn(bytes, from, middle);
    const right = numberIn(bytes, middle, to);
    if (left < 0 || right < 0) return false;
    const leftUnit = POWERS[HALF_SYMBOLS - (middle - from)]!;
    this.#push(left * leftUnit, right * POWERS[HALF_SYMBOLS - (to - middle)]!, length);
    return true;
  }

  /** The rows as they are now: views, good until the next one is added. */
  toRows(): PrefixRows {
    return {
      lefts: this.#lefts.subarray(0, this.#length),
      rights: this.#rights.subarray(0, this.#length),
      lengths: this.#lengths.subarray(0, this.#length),
    };
  }

  #push(left: number, right: number, length: number): void {
    if (this.#length === this.#lengths.length) this.#grow();
    this.#lefts[this.#length] = left;
    this.#rights[this.#length] = right;
    this.#lengths[this.#length++] = length;
  }

  #grow(): void {
    const [lefts, rights, lengths] = [this.#lefts, this.#rights, this.#lengths];
    this.#lefts = new Float64Array(this.#length * 2);
    this.#lefts.set(lefts);
    this.#rights = new Float64Array(this.#length * 2);
    this.#rights.set(rights);
    this.#lengths = new Uint8Array(this.#length * 2);
    this.#lengths.set(lengths);
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

/** The number that these bytes make; negative if one is no symbol. */
function numberIn(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const symbol = symbolOf(bytes[at]!);
    if (symbol === NO_SYMBOL) return NO_SYMBOL;
    value = value * SYMBOLS + symbol;
  }
  return value;
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
