import type { Rate } from '@tandem/rating';

/** The two prefixes by which rates succeed one another. */
export type RateKey = Pick<Rate, 'prefix' | 'callerPrefix'>;

/** All rates of a deck by prefix and caller prefix, each list by begin. */
export interface RateHistory<R extends Rate = Rate> {
  has(key: RateKey): boolean;
  /** All rates of a key, earliest begin first. */
  of(key: RateKey): readonly R[];
  /** The rate that counts for a key at an instant: begun, not ended, latest begin. */
  at(key: RateKey, at: number): R | undefined;
  /** For every key the rate that counts at an instant, or the first that begins after it. */
  currentAt(at: number): Iterable<R>;
}

/** Sorts rates into their histories. Of those with equal begin the last one counts. */
export function rateHistoryOf<R extends Rate>(rates: Iterable<R>): RateHistory<R> {
  const lists = new Map<string, R[]>();
  for (const rate of rates) {
    const list = lists.get(keyOf(rate));
    if (list === undefined) lists.set(keyOf(rate), [rate]);
    else list.push(rate);
  }
  for (const list of lists.values()) {
    list.sort((one, other) => one.effectiveAt - other.effectiveAt);
  }
  const liveIn = (list: readonly R[], at: number) => {
    return list.findLast((rate) => {
      return rate.effectiveAt <= at && (rate.endsAt === null || at < rate.endsAt);
    });
  };
  return {
    has: (key) => lists.has(keyOf(key)),
    of: (key) => lists.get(keyOf(key)) ?? [],
    at: (key, at) => liveIn(lists.get(keyOf(key)) ?? [], at),
    *currentAt(at) {
      for (const list of lists.values()) {
        const rate = liveIn(list, at) ?? list.find(({ effectiveAt }) => effectiveAt > at);
        if (rate !== undefined) yield rate;
      }
    },
  };
}

function keyOf({ prefix, callerPrefix }: RateKey): string {
  return callerPrefix === '' ? prefix : `${prefix}<${callerPrefix}`;
}
