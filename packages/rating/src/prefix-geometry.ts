import { HALF_SYMBOLS, POWERS } from './prefix-columns.ts';
import { PREFIX_LENGTH_MAX } from './prefix-symbols.ts';

/*
 * How a table cuts a number. The head is looked up in an index, the body searched as one 32-bit
 * number; most prefixes end there. A few go on into the tail.
 *
 *   wide    4 4 2 0 7 9 4 6 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
 *           └ head: 5 ┘└── body: 8 ──┘└──── tail: 11 ─────┘
 *   narrow  └2┘└── body: 8 ──┘└───────── tail: 14 ────────┘
 *           └──── trunk ─────┘
 */

/** The widths of one table's cuts, in symbols. */
export interface PrefixGeometry {
  readonly headSymbols: number;
  readonly trunkSymbols: number;
  readonly tailSymbols: number;
}

/** As many symbols as 32 bits hold. */
const BODY_SYMBOLS = 8;

/** Bodies under one head. */
export const BODIES = POWERS[BODY_SYMBOLS]!;

/** From here on an index of a megabyte is small beside the table, and saves steps of search. */
const WIDE_FROM = 20_000;

/** The cut that serves a table of so many prefixes best. */
export function geometryFor(prefixes: number): PrefixGeometry {
  return geometryOf(prefixes < WIDE_FROM ? 2 : 5);
}

function geometryOf(headSymbols: number): PrefixGeometry {
  const trunkSymbols = headSymbols + BODY_SYMBOLS;
  return { headSymbols, trunkSymbols, tailSymbols: PREFIX_LENGTH_MAX - trunkSymbols };
}

/** The trunk of a prefix given as two numbers. Exact, for both stay below 2^53. */
export function trunkOf(left: number, right: number, { trunkSymbols }: PrefixGeometry): number {
  if (trunkSymbols <= HALF_SYMBOLS) return Math.floor(left / POWERS[HALF_SYMBOLS - trunkSymbols]!);
  const taken = trunkSymbols - HALF_SYMBOLS;
  return left * POWERS[taken]! + Math.floor(right / POWERS[HALF_SYMBOLS - taken]!);
}

/** What a prefix given as two numbers has behind its trunk. Exact as {@link trunkOf} is. */
export function tailOf(left: number, right: number, { trunkSymbols }: PrefixGeometry): number {
  if (trunkSymbols <= HALF_SYMBOLS) {
    const over = left % POWERS[HALF_SYMBOLS - trunkSymbols]!;
    return over * POWERS[HALF_SYMBOLS]! + right;
  }
  // Most prefixes end before it, and to divide floats for a rest is slow.
  return right === 0 ? 0 : right % POWERS[2 * HALF_SYMBOLS - trunkSymbols]!;
}
