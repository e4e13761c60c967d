import type { CarrierDesk } from '../carriers/carrier-desk.ts';
import type { Catalogue, CatalogueSource } from '../decks/catalogue.ts';
import type { CountryFinder } from '../numbers/country-finder.ts';
import type { CallerPools } from './caller-pools.ts';
import type { RouteFinder } from './find-route.ts';
import type { Draw } from './weighted-draw.ts';

/** What routes are chosen by. */
export interface RouteSources {
  readonly catalogue: CatalogueSource;
  readonly countries: CountryFinder;
  readonly desk: CarrierDesk;
  readonly pools: CallerPools;
  readonly draw: Draw;
}

/** What finds routes by one catalogue; a test takes no turn of a caller pool. */
export function finderOf(
  { countries, desk, pools, draw }: RouteSources,
  { decks }: Catalogue,
  isTest: boolean,
): RouteFinder {
  return {
    draw,
    deckOf: ({ deckId }) => (deckId === undefined ? undefined : decks.get(deckId)),
    countryOf: (number) => countries.countryOf(number),
    troubleOf: (trunk) => desk.troubleOf(trunk),
    qualityOf: (trunk) => desk.qualityOf(trunk),
    pooledCaller: (route) => (isTest ? pools.peek(route) : pools.take(route)),
  };
}
