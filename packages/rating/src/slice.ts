import type { Micros } from '@tandem/messages';
import { priceOf } from './price.ts';
import { talkMsFor } from './talk-time.ts';
import type { Terms } from './terms.ts';

/** A stretch of talk, counted from the answer, and what must be held for it. */
export interface Slice {
  /** The whole amount held, from the answer on: absolute, never an addition (money rule R11). */
  readonly amountMicros: Micros;
  /** Talk up to here is covered; Infinity if time costs nothing. */
  readonly paidUntilMs: number;
}

/**
 * The most that a call can cost if its talk ends at `untilMs` or before: what has to be held to let
 * it talk so long. Counts the connect fee, for the call may be answered and ended at once.
 */
export function worstPriceMicros(terms: Terms, untilMs: number): Micros {
  return priceOf(terms, untilMs).priceMicros;
}

/**
 * The slice that covers `wantedMs` of talk, stretched to the end of the increment it pays anyway;
 * or, if the amount at hand is smaller, the longest one that it pays for. `undefined` if it does
 * not even pay the first millisecond: such a call is not let through, or ends here.
 */
export function sliceWithin(
  terms: Terms,
  wantedMs: number,
  availableMicros: Micros,
): Slice | undefined {
  const wanted = worstPriceMicros(terms, Math.max(1, wantedMs));
  if (wanted <= availableMicros) {
    return { amountMicros: wanted, paidUntilMs: talkMsFor(wanted, terms) };
  }
  const paidUntilMs = talkMsFor(availableMicros, terms);
  if (paidUntilMs === 0) return undefined;
  return { amountMicros: worstPriceMicros(terms, paidUntilMs), paidUntilMs };
}
