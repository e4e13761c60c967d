import type { Rate } from '@tandem/rating';

/** What a sheet says of a row, in its column of changes. */
export type Change = 'new' | 'increase' | 'decrease' | 'unchanged' | 'closed' | 'blocked';

/**
 * One rate read from a sheet: one prefix of a row's code list. A row marked closed has no price;
 * it ends, at its effective time, what the deck has for its prefixes.
 */
export interface RateRow extends Rate {
  /** The line on which the row begins. */
  readonly line: number;
  /** The name that the sheet gives the destination; "" if none. */
  readonly destination: string;
  /** What the sheet says has changed; absent if it says nothing. */
  readonly change?: Change;
}
