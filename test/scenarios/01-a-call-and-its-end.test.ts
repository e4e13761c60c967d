import { startCluster } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { connect } from './connect.ts';

describe.each([
  ['on the same node', 'node1'],
  ['on another node', 'node2'],
])('a caller reaches a phone %s', (_, far) => {
  test.each(['caller', 'callee'] as const)('and the %s may hang up', async (side) => {
    await using cluster = await startCluster(2);
    const alice = await cluster.phone('node1', 'alice');
    const bob = await cluster.registered(far, 'bob');
    const call = await connect(cluster, alice, bob);
    await cluster.pass(10_000);
    const [leaving, left] =
      side === 'caller' ? [call.caller, call.callee] : [call.callee, call.caller];
    const bye = leaving.hangUp();
    expect(await cluster.turnUntil(bye)).toBe(200);
    await cluster.until('the other side hears it', left.ended);
    expect(call.caller.statuses).toEqual([180, 200]);
    expect(await cluster.faults()).toEqual([]);
  });
});
