import { ManualClock } from '@tandem/engine';
import { expect, it } from 'vitest';

import { ExpiringMap } from './expiring-map.ts';

it('forgets an entry when its time is over', () => {
  const clock = new ManualClock();
  const map = new ExpiringMap<number>(clock, 10);
  map.set('a', 1, 100);
  clock.advanceSync(99);
  expect(map.get('a')).toBe(1);
  expect(map.living()).toEqual([{ key: 'a', value: 1, restMs: 1 }]);
  clock.advanceSync(1);
  expect(map.has('a')).toBe(false);
  expect(map.size).toBe(0);
});

it('holds no more than its bound: the entry written longest ago goes', () => {
  const map = new ExpiringMap<number>(new ManualClock(), 2);
  map.set('a', 1, 100);
  map.set('b', 2, 100);
  map.set('a', 3, 100);
  map.set('c', 4, 100);
  expect(map.size).toBe(2);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([3, undefined, 4]);
});
