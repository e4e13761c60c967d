import { expect, describe, test } from 'vitest';
import { aliceAndBob, connect, hangUp, ways } from './connect.ts';

describe.each(ways)('1. a caller reaches a phone $way', (way) => {
  test.each(['caller', 'callee'] as const)('and the %s may hang up', async (side) => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await connect(cluster, alice, bob);
    await cluster.pass(10_000);
    if (side === 'caller') await hangUp(cluster, caller, callee);
    else await hangUp(cluster, callee, caller);
    expect(caller.statuses).toEqual([180, 200]);
    expect(caller.remoteSdp).toContain('o=bob');
    expect(callee.remoteSdp).toContain('o=alice');
    expect(await cluster.faults()).toEqual([]);
    for (const final of cluster.finals('incoming')) {
      expect(final).toMatchObject({ status: 'answered', hangupBy: side, q850: 16 });
      expect(final.talkMs).toBeGreaterThanOrEqual(10_000);
      expect(final.talkMs).toBeLessThan(10_500);
    }
  });
});
