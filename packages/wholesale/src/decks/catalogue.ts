import type { CompiledDeck } from '@tandem/rating';
import type { Setup } from '../setup/setup.ts';

/** What calls are judged by: replaced as a whole, so a call never sees half of a change. */
export interface Catalogue {
  readonly setup: Setup;
  readonly decks: ReadonlyMap<bigint, CompiledDeck>;
}

/**
 * Where handlers find the catalogue in force; undefined until the first one was loaded. One that
 * was replaced must not be looked up any more: a handler that waited asks for `current` again.
 */
export interface CatalogueSource {
  readonly current: Catalogue | undefined;
}
