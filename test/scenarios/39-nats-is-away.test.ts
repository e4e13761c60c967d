import { type SipCluster, startCluster } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { aliceAndBob, connect, dial, hangUp, ring, ways } from './connect.ts';

const [, acrossNodes] = ways;

async function atRest(cluster: SipCluster): Promise<void> {
  expect(await cluster.faults()).toEqual([]);
}

describe('39. NATS is away in a cross-node call', () => {
  test('for ten seconds and neither side notices', async () => {
    await using both = await aliceAndBob(acrossNodes);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await connect(cluster, alice, bob);
    cluster.cut();
    await cluster.pass(10_000);
    cluster.mend();
    await cluster.pass(5_000);
    expect([caller.ended.isOver, callee.ended.isOver]).toEqual([false, false]);
    expect(await cluster.turnUntil(caller.hold())).toBe(200);
    expect(await cluster.turnUntil(callee.sendDigit('7'))).toBe(200);
    await hangUp(cluster, callee, caller);
    await atRest(cluster);
    const [final] = cluster.node('node1').finals('incoming');
    expect(final?.talkMs).toBeGreaterThanOrEqual(15_000);
  });

  test('for a minute and both sides are released and charged once', async () => {
    await using both = await aliceAndBob(acrossNodes);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await connect(cluster, alice, bob);
    cluster.cut();
    await cluster.pass(29_000);
    expect([caller.ended.isOver, callee.ended.isOver]).toEqual([false, false]);
    await cluster.pass(2_000);
    expect([caller.ended.isOver, callee.ended.isOver]).toEqual([true, true]);
    for (const { requests } of [caller, callee]) {
      expect(requests.map(({ method }) => method)).toEqual(['BYE']);
      expect(requests[0]?.get('Reason')).toContain('Q.850;cause=41');
    }
    await cluster.pass(29_000);
    cluster.mend();
    await atRest(cluster);
    expect(cluster.finals('incoming')).toHaveLength(2);
    expect(cluster.finals('outgoing')).toHaveLength(2);
  });

  test('and a BYE sent meanwhile ends both sides afterwards, a change is refused and the call stays', async () => {
    await using both = await aliceAndBob(acrossNodes);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await connect(cluster, alice, bob);
    cluster.cut();
    await cluster.pass(1_000);
    expect(await cluster.turnUntil(caller.hold())).toBe(500);
    const refusal = cluster.wire.answers('INVITE').at(-1);
    expect(refusal?.sip.get('Retry-After')).toBe('5');
    await cluster.pass(1_000);
    expect(await cluster.turnUntil(caller.hangUp())).toBe(200);
    await cluster.pass(5_000);
    expect(callee.ended.isOver).toBe(false);
    cluster.mend();
    await cluster.until('the other side hears it', callee.ended);
    await atRest(cluster);
    const [far] = cluster.node('node2').finals('incoming');
    const [near] = cluster.node('node1').finals('incoming');
    // How long the hang-up was on its way is no talk.
    expect(Math.abs(far!.talkMs - near!.talkMs)).toBeLessThan(1_000);
  });

  test('while it rings, and the caller has a final answer within seconds', async () => {
    await using both = await aliceAndBob(acrossNodes);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await ring(cluster, alice, bob);
    cluster.cut();
    await cluster.until('the caller is let go', caller.refused, 6_000);
    await cluster.until('the phone is let go', callee.ended, 6_000);
    cluster.mend();
    await atRest(cluster);
  });

  test('and a new call across is refused in less than a second, one within a node goes on', async () => {
    await using cluster = await startCluster(2);
    const alice = await cluster.phone('node1', 'alice');
    const bob = await cluster.registered('node2', 'bob');
    const carol = await cluster.registered('node1', 'carol');
    cluster.cut();
    const refused = alice.call('bob');
    await cluster.until('it is refused', refused.refused, 1_000);
    expect(refused.statuses.at(-1)).toBeGreaterThanOrEqual(480);
    expect(bob.calls).toEqual([]);
    const here = await connect(cluster, alice, carol);
    await hangUp(cluster, here.caller, here.callee);
    cluster.mend();
    await cluster.pass(8_000);
    const { caller, callee } = await connect(cluster, alice, bob);
    await hangUp(cluster, caller, callee);
    await atRest(cluster);
  });
});

describe('a node is killed', () => {
  test('while the phone rings there: the caller has a final answer within four seconds', async () => {
    await using both = await aliceAndBob(acrossNodes);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await ring(cluster, alice, bob);
    cluster.kill('node2');
    await cluster.until('the caller is let go', caller.refused, 4_000);
    // Nobody is there to tell the phone.
    callee.reject();
    await atRest(cluster);
  });

  test.each(['node1', 'node2'])(
    'in a call, %s: the other side gets BYE within five seconds',
    async (name) => {
      await using both = await aliceAndBob(acrossNodes);
      const { cluster, alice, bob } = both;
      const { caller, callee } = await connect(cluster, alice, bob);
      await cluster.pass(3_000);
      cluster.kill(name);
      const [left, widowed] = name === 'node2' ? [caller, callee] : [callee, caller];
      await cluster.until('the other side is let go', left.ended, 5_000);
      expect(left.requests.at(-1)?.get('Reason')).toContain('Q.850;cause=41');
      widowed.dialog?.forget();
      await atRest(cluster);
    },
  );

  test('a call to its phone is refused at once, and reaches it when the node is back', async () => {
    await using cluster = await startCluster(2, { registrar: 'database' });
    const alice = await cluster.phone('node1', 'alice');
    const bob = await cluster.registered('node2', 'bob');
    cluster.kill('node2');
    const caller = alice.call('bob');
    await cluster.until('it is refused', caller.refused, 100);
    expect(caller.statuses.at(-1)).toBe(480);
    await cluster.pass(5_000);
    const later = alice.call('bob');
    await cluster.until('it is refused', later.refused, 100);
    expect(later.statuses.at(-1)).toBe(480);
    // The phone comes back by UDP where it was: its binding still stands.
    await cluster.start(['node2']);
    const ends = await connect(cluster, alice, bob);
    await hangUp(cluster, ends.caller, ends.callee);
    await atRest(cluster);
  });

  test('the next destination is tried when the first one’s node dies ringing', async () => {
    await using cluster = await startCluster(3);
    const alice = await cluster.phone('node1', 'alice');
    const bob = await cluster.phone('node2', 'bob');
    const carol = await cluster.phone('node3', 'carol');
    cluster.routes.set('hunt', {
      groups: [[cluster.to('node2', bob)], [cluster.to('node3', carol)]],
    });
    const { caller } = await dial(cluster, alice, bob, 'hunt');
    bob.calls[0]!.ring();
    await cluster.until('it rings', caller.ringing);
    cluster.kill('node2');
    await cluster.until('the next one has it', () => carol.calls.length === 1, 4_000);
    carol.calls[0]!.answer();
    await cluster.until('it is answered', caller.answered);
    await cluster.pass(1_000);
    await hangUp(cluster, caller, carol.calls[0]!);
    bob.calls[0]!.reject(486);
    await atRest(cluster);
  });
});
