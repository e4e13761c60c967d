import { ManualClock } from '@tandem/engine';
import { describe, expect, it } from 'vitest';

import { DnsCache } from './dns-cache.ts';
import { DnsMemory } from './dns-memory.ts';
import { DnsTable } from './dns-table.test-support.ts';

function open(): { clock: ManualClock; zone: DnsTable; cache: DnsCache } {
  const clock = new ManualClock();
  const zone = new DnsTable();
  return { clock, zone, cache: new DnsCache(zone, clock) };
}

describe('what is remembered of DNS', () => {
  it('serves an address for its time to live, not longer', async () => {
    const { clock, zone, cache } = open();
    zone.host('example.com', ['192.0.2.1'], 30);
    await cache.addresses('example.com', 4);
    clock.advanceSync(29_999);
    await cache.addresses('example.com', 4);
    expect(zone.asked).toHaveLength(1);
    zone.host('example.com', ['192.0.2.2'], 30);
    clock.advanceSync(1);
    expect(await cache.addresses('example.com', 4)).toMatchObject([{ address: '192.0.2.2' }]);
  });

  it('keeps an answer without a life for a minute, one of a day for an hour', async () => {
    const { clock, zone, cache } = open();
    zone.srvs.set('_sip._udp.x', [{ priority: 1, weight: 1, port: 5060, host: 'x' }]);
    zone.host('x', ['192.0.2.1'], 86_400);
    await cache.srv('_sip._udp.x');
    await cache.addresses('x', 4);
    clock.advanceSync(60_000);
    await cache.srv('_sip._udp.x');
    await cache.addresses('x', 4);
    expect(zone.asked).toEqual(['srv _sip._udp.x', 'a x', 'srv _sip._udp.x']);
    clock.advanceSync(3_540_000);
    await cache.addresses('x', 4);
    expect(zone.asked).toHaveLength(4);
  });

  it('remembers for ten seconds that there is nothing', async () => {
    const { clock, zone, cache } = open();
    expect(await cache.naptr('example.com')).toEqual([]);
    clock.advanceSync(9_999);
    await cache.naptr('example.com');
    expect(zone.asked).toHaveLength(1);
    clock.advanceSync(1);
    await cache.naptr('example.com');
    expect(zone.asked).toHaveLength(2);
  });

  it('goes on with what it knew while the servers are silent, for an hour', async () => {
    const { clock, zone, cache } = open();
    zone.host('example.com', ['192.0.2.1'], 30);
    await cache.addresses('example.com', 4);
    zone.isUp = false;
    clock.advanceSync(31_000);
    expect(await cache.addresses('example.com', 4)).toMatchObject([{ address: '192.0.2.1' }]);
    await cache.addresses('example.com', 4);
    // Asked anew, but not for every call.
    expect(zone.asked).toHaveLength(2);
    for (let at = 0; at < 37; at++) {
      clock.advanceSync(100_000);
      if (at < 35) await cache.addresses('example.com', 4);
    }
    await expect(cache.addresses('example.com', 4)).rejects.toThrow('ESERVFAIL');
  });

  it('spends the wait for servers that cannot say once in ten seconds', async () => {
    const { clock, zone, cache } = open();
    zone.isUp = false;
    await expect(cache.srv('_sip._udp.x')).rejects.toThrow('ESERVFAIL');
    await expect(cache.srv('_sip._udp.x')).rejects.toThrow('ESERVFAIL');
    expect(zone.asked).toHaveLength(1);
    zone.isUp = true;
    clock.advanceSync(10_000);
    expect(await cache.srv('_sip._udp.x')).toEqual([]);
  });

  it('asks the same question once, however many wait for the answer', async () => {
    const { zone, cache } = open();
    zone.host('example.com', ['192.0.2.1']);
    await Promise.all(Array.from({ length: 50 }, () => cache.addresses('example.com', 4)));
    expect(zone.asked).toHaveLength(1);
  });

  it('holds no more names than its bound, and asks no more questions at once', async () => {
    const { zone, cache, clock } = open();
    for (let index = 0; index < 5_000; index++) await cache.naptr(`n${index}.example.com`);
    expect(cache.size).toBe(4_000);
    expect(zone.asked).toHaveLength(5_000);
    const memory = new DnsMemory(clock);
    const never = async (): Promise<never> => new Promise(() => {});
    for (let index = 0; index < 1_000; index++) void memory.find(`n${index}`, never);
    await expect(memory.find('one more', never)).rejects.toThrow('too many');
  });
});
