import { ManualClock } from '@tandem/engine';
import { describe, expect, it } from 'vitest';

import { defaultProtection, type ProtectionOptions } from './protection-options.ts';
import { SourceGuard } from './source-guard.ts';
import { sourceKey } from './source-key.ts';

function make(options: Partial<ProtectionOptions> = {}) {
  const clock = new ManualClock();
  const closed: string[] = [];
  const guard = new SourceGuard({
    clock,
    options: {
      ...defaultProtection,
      messagesPerSecond: 10,
      burstMessages: 20,
      excessMessagesMax: 5,
      banMs: 60_000,
      ...options,
    },
    onBan: (_isMeant, address) => void closed.push(address),
  });
  const charge = (address: string, times: number): number => {
    let passed = 0;
    for (let at = 0; at < times; at++) if (guard.charge(address)) passed++;
    return passed;
  };
  return { clock, guard, closed, charge };
}

describe('the limit of one address', () => {
  it('lets a burst pass, then the mean', () => {
    const { clock, charge } = make();
    expect(charge('192.0.2.1', 25)).toBe(20);
    expect(charge('192.0.2.2', 5)).toBe(5);
    clock.advanceSync(500);
    expect(charge('192.0.2.1', 5)).toBe(5);
    expect(charge('192.0.2.1', 1)).toBe(0);
  });

  it('leads to a ban that ends by itself', () => {
    const { clock, guard, closed, charge } = make();
    expect(charge('192.0.2.1', 26)).toBe(20);
    expect(guard.isBanned('192.0.2.1')).toBe(true);
    expect(closed).toEqual(['192.0.2.1']);
    clock.advanceSync(59_999);
    expect(guard.bans()).toEqual([{ address: '192.0.2.1', restMs: 1 }]);
    clock.advanceSync(1);
    expect(guard.isBanned('192.0.2.1')).toBe(false);
    expect(guard.bans()).toEqual([]);
    expect(charge('192.0.2.1', 20)).toBe(20);
  });

  it('forgives now and then a little too much', () => {
    const { clock, guard, charge } = make();
    for (let round = 0; round < 10; round++) {
      expect(charge('192.0.2.1', 24)).toBe(20);
      clock.advanceSync(2_000);
    }
    expect(guard.isBanned('192.0.2.1')).toBe(false);
  });

  it('never holds for those who are trusted, and a fault in asking trusts nobody', () => {
    const trusting = make({ isTrusted: (address) => address === '192.0.2.1' });
    expect(trusting.charge('192.0.2.1', 1_000)).toBe(1_000);
    trusting.guard.ban('192.0.2.1');
    expect(trusting.guard.isBanned('192.0.2.1')).toBe(false);
    const failing = make({
      isTrusted: () => {
        throw new Error('no list');
      },
    });
    expect(failing.charge('192.0.2.1', 1_000)).toBe(20);
  });

  it('counts a /64 of IPv6 as one', () => {
    const { guard, charge } = make();
    expect(charge('2001:db8:0:1::1', 20)).toBe(20);
    expect(charge('2001:db8:0:1:ffff::2', 6)).toBe(0);
    expect(guard.isBanned('2001:db8::1:0:0:0:9')).toBe(true);
    expect(guard.isBanned('2001:db8:0:2::1')).toBe(false);
    expect(sourceKey('::1')).toBe('0:0:0:0::/64');
  });

  it('is not there unless asked for, but bans are heeded', () => {
    const { guard, charge } = make({ messagesPerSecond: Infinity });
    expect(charge('192.0.2.1', 1_000)).toBe(1_000);
    expect(guard.sources).toBe(0);
    guard.ban('192.0.2.1', 1_000);
    expect(guard.isBanned('192.0.2.1')).toBe(true);
    guard.unban('192.0.2.1');
    expect(guard.isBanned('192.0.2.1')).toBe(false);
  });

  it('may be charged for more than a message, as for a wrong password', () => {
    const { guard } = make();
    expect(guard.charge('192.0.2.1', 20)).toBe(true);
    expect(guard.charge('192.0.2.1', 10)).toBe(false);
    expect(guard.isBanned('192.0.2.1')).toBe(true);
  });

  it('is kept for a bounded number of addresses', () => {
    const { guard, charge } = make({ sourcesMax: 100, bansMax: 50 });
    for (let at = 0; at < 10_000; at++) charge(`10.${at >> 8}.${at & 255}.1`, 1);
    expect(guard.sources).toBe(100);
    for (let at = 0; at < 200; at++) guard.ban(`10.0.${at}.1`);
    expect(guard.bans()).toHaveLength(50);
    expect(guard.bansMade).toBe(200);
  });
});
