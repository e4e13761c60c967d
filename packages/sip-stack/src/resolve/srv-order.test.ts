import { expect, it } from 'vitest';

import { SeededRandom } from '../wire/mutate.test-support.ts';
import { orderServers } from './srv-order.ts';

const server = (host: string, priority: number, weight: number) => ({
  host,
  priority,
  weight,
  port: 5060,
});

it('tries lower priorities first, whatever the weight', () => {
  const records = [server('c', 20, 100), server('a', 10, 0), server('b', 10, 0)];
  const hosts = orderServers(records, () => 0).map(({ host }) => host);
  expect(hosts).toEqual(['a', 'b', 'c']);
});

it('draws the first among equals by weight, and each server once (RFC 2782)', () => {
  const random = new SeededRandom(3);
  const records = [server('heavy', 1, 75), server('light', 1, 25), server('none', 1, 0)];
  const firsts = new Map<string, number>();
  for (let round = 0; round < 4_000; round++) {
    const hosts = orderServers(records, (bound) => random.below(bound)).map(({ host }) => host);
    expect(hosts.toSorted()).toEqual(['heavy', 'light', 'none']);
    const [first = ''] = hosts;
    firsts.set(first, (firsts.get(first) ?? 0) + 1);
  }
  expect((firsts.get('heavy') ?? 0) / 4_000).toBeCloseTo(0.75, 1);
  expect((firsts.get('light') ?? 0) / 4_000).toBeCloseTo(0.25, 1);
  expect(firsts.get('none')).toBeGreaterThan(0);
  expect(firsts.get('none')).toBeLessThan(120);
});
