import { ManualClock } from '@tandem/engine';
import { describe, expect, it } from 'vitest';

import { Overload } from './overload.ts';

function openOverload(limitMs = 1_000) {
  const clock = new ManualClock();
  const late = { waitedMs: 0, lagMs: 0, limitMs };
  const overload = new Overload({
    clock,
    waitedMs: () => late.waitedMs,
    lagMs: () => late.lagMs,
    limitMs: () => late.limitMs,
  });
  /** Whether a call is refused when datagrams have waited for so long. */
  const refusesAt = (waitedMs: number): boolean => {
    late.waitedMs = waitedMs;
    return overload.refuses();
  };
  return { clock, late, refusesAt };
}

describe('overload', () => {
  it('bears a rush out of calm until just before peers would send again', () => {
    const { refusesAt } = openOverload();
    expect([0, 301, 450, 100, 449].map(refusesAt)).toEqual([false, false, false, false, false]);
    expect(refusesAt(451)).toBe(true);
  });

  it('refuses from a shorter wait on once it was there, until there has been calm', async () => {
    const { clock, refusesAt } = openOverload();
    expect(refusesAt(451)).toBe(true);
    expect([301, 300].map(refusesAt)).toEqual([true, false]);
    await clock.advance(9_000);
    expect(refusesAt(301)).toBe(true);
    await clock.advance(9_999);
    expect(refusesAt(301)).toBe(true);
    await clock.advance(10_000);
    expect(refusesAt(301)).toBe(false);
  });

  it('goes by the lag of the loop as well, and by no more than the limit', () => {
    const { late, refusesAt } = openOverload(200);
    expect([200, 201].map(refusesAt)).toEqual([false, true]);
    late.lagMs = 200;
    expect(refusesAt(0)).toBe(false);
    late.lagMs = 201;
    expect(refusesAt(0)).toBe(true);
  });

  it('never is where the limit is 0', () => {
    const { late, refusesAt } = openOverload(0);
    late.lagMs = 60_000;
    expect(refusesAt(60_000)).toBe(false);
  });
});
