import { formatMicros } from '@tandem/messages';
import { priceOf } from './price.ts';
import type { Rounding } from './rounding.ts';
import type { Terms } from './terms.ts';

/** What `tandem price --json` prints: money as strings of six decimals, times as numbers. */
export interface PriceStatement {
  readonly rate: string;
  readonly first: number;
  readonly next: number;
  readonly connectFee: string;
  readonly seconds: number;
  readonly billedSeconds: number;
  readonly price: string;
  readonly rounding: Rounding;
}

/** Prices an answered call of `talkMs` and says by which terms. Throws as `priceOf` does. */
export function priceStatement(terms: Terms, talkMs: number): PriceStatement {
  const price = priceOf(terms, talkMs);
  return {
    rate: formatMicros(terms.rateMicrosPerMinute),
    first: terms.firstSeconds,
    next: terms.nextSeconds,
    connectFee: formatMicros(terms.connectFeeMicros),
    seconds: talkMs / 1000,
    billedSeconds: price.billedSeconds,
    price: formatMicros(price.priceMicros),
    rounding: terms.rounding,
  };
}
