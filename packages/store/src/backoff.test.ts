import { expect, it } from 'vitest';
import { backoffMs } from './backoff.ts';

it('doubles the pause between attempts up to five seconds, however many fail', () => {
  expect([0, 1, 2, 5, 6, 1_000_000].map(backoffMs)).toEqual([100, 200, 400, 3200, 5000, 5000]);
});
