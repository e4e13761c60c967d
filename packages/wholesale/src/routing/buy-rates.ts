import type { FrozenTerms } from '@tandem/messages';
import type { CompiledDeck } from '@tandem/rating';
import type { Trunk } from '../setup/trunk.ts';
import { freezeTerms } from './frozen-terms.ts';

/** What a carrier takes for a call. */
export interface BuyRate {
  /** Undefined where it has no rate for the number, or no deck. */
  readonly terms: FrozenTerms | undefined;
  /** The deck that blocks the number. */
  readonly blockedBy: string | undefined;
}

/** Numbers without `+`; the instant, epoch ms. */
interface RatedCall {
  readonly called: string;
  readonly callerNumber: string;
  readonly at: number;
}

interface Decks {
  deckOf(trunk: Trunk): CompiledDeck | undefined;
}

const NO_RATE: BuyRate = { terms: undefined, blockedBy: undefined };

/** Finds the buy rates of one call: carriers that share a deck, one after the other, share the look. */
export class BuyRates {
  readonly #call: RatedCall;
  readonly #decks: Decks;
  #deck: CompiledDeck | undefined;
  #rate = NO_RATE;

  constructor(call: RatedCall, decks: Decks) {
    this.#call = call;
    this.#decks = decks;
  }

  /** What a trunk takes. */
  of(trunk: Trunk): BuyRate {
    const deck = this.#decks.deckOf(trunk);
    if (deck === undefined) return NO_RATE;
    if (deck === this.#deck) return this.#rate;
    this.#deck = deck;
    const { called, callerNumber, at } = this.#call;
    const match = deck.lookup(called, callerNumber, at);
    this.#rate =
      match === undefined
        ? NO_RATE
        : {
            terms: freezeTerms(deck.header, match),
            blockedBy: match.isBlocked ? deck.header.name : undefined,
          };
    return this.#rate;
  }
}
