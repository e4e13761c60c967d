import type { DeckTransfer } from '@tandem/rating';
import type { SetupRows } from '../setup/setup-rows.ts';

/** What a node has, so that only what is newer is read. */
export interface KnownVersions {
  /** Version of the set-up. */
  readonly setup: bigint | undefined;
  /** Versions of decks by id. */
  readonly decks: ReadonlyMap<bigint, bigint>;
}

/** A deck as it was read: compiled, or what is wrong with it. */
export type LoadedDeck =
  | { readonly id: bigint; readonly version: bigint; readonly deck: DeckTransfer }
  | {
      readonly id: bigint;
      readonly version: bigint;
      readonly name: string;
      readonly fault: string;
    };

/** What is newer than what the node has, all of one instant. */
export interface CatalogueLoad {
  /** Absent: as it was. */
  readonly setup?: SetupRows;
  readonly decks: readonly LoadedDeck[];
  /** All decks that there are: others are gone. */
  readonly deckIds: readonly bigint[];
}
