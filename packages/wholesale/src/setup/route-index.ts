import type { TrunkRoute } from './profile.ts';

/** Up to so many routes a call looks at each, and says of each why it was not taken. */
const SMALL = 64;

/**
 * A profile's routes by the prefix that they are for: a call of a profile of thousands looks at
 * the few that begin like its number.
 */
export class RouteIndex {
  /** Routes with a pool of callers. */
  readonly pooled: readonly TrunkRoute[];
  readonly #routes: readonly TrunkRoute[];
  /** Places of routes by called prefix; undefined for a small profile. */
  readonly #places: ReadonlyMap<string, readonly number[]> | undefined;
  readonly #lengths: readonly number[];

  constructor(routes: readonly TrunkRoute[]) {
    this.#routes = routes;
    this.pooled = routes.filter(({ callerPool }) => callerPool.length > 0);
    this.#places = routes.length <= SMALL ? undefined : placesOf(routes);
    this.#lengths = [...new Set(routes.map(({ calledPrefix }) => calledPrefix.length))];
  }

  /**
   * The routes that may be for a number, in the profile's order: all of a small profile, whatever
   * their prefix; of a large one those whose prefix the number bears.
   */
  find(called: string): readonly TrunkRoute[] {
    const places = this.#places;
    if (places === undefined) return this.#routes;
    const found = this.#lengths.flatMap((length) =>
      length > called.length ? [] : (places.get(called.slice(0, length)) ?? []),
    );
    return found.toSorted((one, other) => one - other).map((place) => this.#routes[place]!);
  }

  /** The same without some of them. */
  without(isLeftOut: (route: TrunkRoute) => boolean): RouteIndex {
    return new RouteIndex(this.#routes.filter((route) => !isLeftOut(route)));
  }
}

function placesOf(routes: readonly TrunkRoute[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [place, { calledPrefix }] of routes.entries()) {
    const same = places.get(calledPrefix);
    if (same === undefined) places.set(calledPrefix, [place]);
    else same.push(place);
  }
  return places;
}
