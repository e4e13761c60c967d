export { billedSeconds, type Increments } from './billed-seconds.ts';
export { readMicros, type ReadMicros, toMicros } from './money-text.ts';
export { type Price, priceOf, priceOfBilled } from './price.ts';
export { type PriceStatement, priceStatement } from './price-statement.ts';
export {
  divDown,
  divHalfEven,
  divHalfUp,
  divide,
  divUp,
  isRounding,
  largestDividend,
  type Rounding,
  ROUNDINGS,
} from './rounding.ts';
export { type Slice, sliceWithin, worstPriceMicros } from './slice.ts';
export { talkMsFor } from './talk-time.ts';
export { INCREMENT_SECONDS_MAX, type Terms, termsProblem } from './terms.ts';
export { CompiledDeck } from './compiled-deck.ts';
export { compileDeck, DECK_RATES_MAX, DeckBuilder } from './deck-builder.ts';
export type { DeckHeader } from './deck-header.ts';
export type { DeckTransfer } from './deck-transfer.ts';
export { PREFIX_LENGTH_MAX, prefixProblem } from './prefix-symbols.ts';
export {
  type DatedTerms,
  datedTermsProblem,
  prefixesProblem,
  type Rate,
  type RatedPrefixes,
  type RateMatch,
  rateProblem,
} from './rate.ts';
