import type { Micros } from '@tandem/messages';
import { billedSeconds } from './billed-seconds.ts';
import { divide } from './rounding.ts';
import type { Terms } from './terms.ts';

/** What one call costs, and the seconds it is billed for. */
export interface Price {
  readonly billedSeconds: number;
  readonly priceMicros: Micros;
}

/** Rates are per minute. */
const SECONDS_PER_MINUTE = 60n;

const UNANSWERED: Price = { billedSeconds: 0, priceMicros: 0n };

/**
 * Prices one call: connect fee + rate per minute × billed seconds / 60, rounded once.
 * Talk time `undefined` means never answered, which costs nothing; a call answered and ended at
 * once (0 ms) is billed no seconds but pays its connect fee. The same function prices a CDR, a
 * hold, an orphan and `tandem price`. Terms are sound ({@link termsProblem}).
 */
export function priceOf(terms: Terms, talkMs: number | undefined): Price {
  if (talkMs === undefined) return UNANSWERED;
  const billed = billedSeconds(terms, talkMs);
  return { billedSeconds: billed, priceMicros: priceOfBilled(terms, billed) };
}

/** Prices a whole number of billed seconds, whatever increments they came from. Rounds once. */
export function priceOfBilled(
  terms: Pick<Terms, 'rateMicrosPerMinute' | 'connectFeeMicros' | 'rounding'>,
  billed: number,
): Micros {
  const sixtieths =
    terms.connectFeeMicros * SECONDS_PER_MINUTE + terms.rateMicrosPerMinute * BigInt(billed);
  return divide(sixtieths, SECONDS_PER_MINUTE, terms.rounding);
}
