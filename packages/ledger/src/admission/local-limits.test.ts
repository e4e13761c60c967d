import type { LimitedParty } from '@tandem/messages';
import { describe, expect, test } from 'vitest';
import { LocalLimits } from './local-limits.ts';

const party = (id: number, limits: Partial<LimitedParty> = {}): LimitedParty => ({
  id: BigInt(id),
  name: `party ${id}`,
  ...limits,
});

describe('limits counted on one node', () => {
  test('calls at a time, of the tenant and of the trunk; who leaves makes room', () => {
    const limits = new LocalLimits();
    const tenant = party(1, { maxCalls: 2 });
    const trunk = party(7, { maxCalls: 1 });
    expect(limits.enter({ tenant, trunk }, 0)).toBe('held');
    expect(limits.enter({ tenant, trunk }, 0)).toBe('trunkcalls');
    expect(limits.enter({ tenant, trunk: undefined }, 0)).toBe('held');
    expect(limits.enter({ tenant, trunk: undefined }, 0)).toBe('tenantcalls');
    limits.leave('1', '7');
    expect(limits.enter({ tenant, trunk }, 0)).toBe('held');
    // Another tenant, and a trunk of the same number as a tenant, have counts of their own.
    expect(limits.enter({ tenant: party(2, { maxCalls: 1 }), trunk: party(1) }, 0)).toBe('held');
  });

  test('calls a second: a burst of a tenth of them, then one as each falls due', () => {
    const limits = new LocalLimits();
    const tenant = party(1, { maxCallsPerSecond: 20 });
    const call = { tenant, trunk: undefined };
    const admitted = (nowMs: number): number => {
      let count = 0;
      while (count < 100 && limits.enter(call, nowMs) === 'held') count++;
      return count;
    };
    expect(admitted(0)).toBe(2);
    expect(admitted(49)).toBe(0);
    expect(admitted(50)).toBe(1);
    expect(admitted(10_000)).toBe(2);
    let total = 0;
    for (let nowMs = 20_000; nowMs < 30_000; nowMs += 5) total += admitted(nowMs);
    expect(total).toBeGreaterThanOrEqual(200);
    expect(total).toBeLessThanOrEqual(202);
  });

  test('a call refused for its trunk’s rate counts for nobody', () => {
    const limits = new LocalLimits();
    const tenant = party(1, { maxCalls: 1 });
    const trunk = party(7, { maxCallsPerSecond: 1 });
    expect(limits.enter({ tenant: party(2), trunk }, 0)).toBe('held');
    expect(limits.enter({ tenant, trunk }, 0)).toBe('trunkrate');
    expect(limits.enter({ tenant, trunk: undefined }, 0)).toBe('held');
  });

  test('no limit and a limit of 0 are none; who never came may leave', () => {
    const limits = new LocalLimits();
    const tenant = party(1, { maxCalls: 0, maxCallsPerSecond: 0 });
    limits.leave('1', null);
    for (let call = 0; call < 1_000; call++) {
      expect(limits.enter({ tenant, trunk: party(2) }, 0)).toBe('held');
    }
  });
});
