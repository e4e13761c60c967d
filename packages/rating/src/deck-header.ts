import type { Rounding } from './rounding.ts';

/** What a compiled deck says of itself. */
export interface DeckHeader {
  readonly name: string;
  /** Raised by every change of the deck's rates; "3 of 3 nodes on v42" compares it. */
  readonly version: number;
  readonly currency: string;
  readonly rounding: Rounding;
}
