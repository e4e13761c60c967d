import type { RatedParty, RatingDeck } from './rating-deck.ts';

/** Which calls are priced anew, and by what. Instants are epoch ms, the second not included. */
export interface RerateRequest {
  readonly party: RatedParty;
  readonly deck: RatingDeck;
  readonly fromAt: number;
  readonly toAt: number;
  /** Rates as they counted then; without it, as they counted when each call began. */
  readonly asOf?: number | undefined;
  /** Posts the corrections under this key; without it nothing is written. */
  readonly post?: { readonly reference: string; readonly actor: string };
}
