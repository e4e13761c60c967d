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

const NO_RATE: BuyRate = { terms: undefined, blockedBy: undefined };

/** Finds the buy rates of one call: carriers that share a deck, one after the other, share the look. */
export class BuyRates {
  readonly #call: { readonly called: string; readonly callerNumber: string; readonly at: number };
  readonly #deckOf: (trunk: Trunk) => CompiledDeck | undefined;
  #deck: CompiledDeck | undefined;
  #rate = NO_RATE;

  constructor(
    call: { readonly called: string; readonly callerNumber: string; readonly at: number },
    deckOf: (trunk: Trunk) => CompiledDeck | undefined,
  ) {
    this.#call = call;
    this.#deckOf = deckOf;
  }

  /** What a trunk takes. */
  of(trunk: Trunk): BuyRate {
    const deck = this.#deckOf(trunk);
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
