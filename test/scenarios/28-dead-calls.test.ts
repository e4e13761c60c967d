import { describe, expect, test } from 'vitest';
import { aliceAndBob, connect, dial, hangUp, ways } from './connect.ts';

describe.each(ways)('$way', (way) => {
  test('28. the refresher falls silent and the other side ends the call with Reason, each leg on its own timer', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const headers = [
      ['Session-Expires', '120;refresher=uac'],
      ['Supported', 'timer'],
    ] as const;
    const { caller, callee } = await dial(cluster, alice, bob, 'bob', { headers });
    // Bob's own timer is another one, and it is Bob who is asked.
    callee.answer(undefined, [
      ['Session-Expires', '600;refresher=uas'],
      ['Require', 'timer'],
    ]);
    await cluster.until('it is answered', caller.answered);
    expect(caller.responses.at(-1)?.get('Session-Expires')).toBe('120;refresher=uac');
    await cluster.pass(60_000);
    expect(await cluster.turnUntil(caller.request('UPDATE', undefined, headers))).toBe(200);
    // A refresh crosses nothing.
    expect(callee.requests).toEqual([]);
    await cluster.pass(79_000);
    expect([caller.ended.isOver, callee.ended.isOver]).toEqual([false, false]);
    await cluster.until(
      'both are let go',
      () => caller.ended.isOver && callee.ended.isOver,
      30_000,
    );
    for (const { requests } of [caller, callee]) {
      expect(requests.at(-1)?.method).toBe('BYE');
      expect(requests.at(-1)?.get('Reason')).toMatch(/^(?:SIP|Q\.850);cause=\d+/);
    }
    expect(await cluster.faults()).toEqual([]);
    expect(cluster.node('node1').finals('incoming')[0]).toMatchObject({
      reason: 'session-expired',
    });
  });

  test('28. a refresh that we owe is sent to the side that left it to us, and to no other', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await dial(cluster, alice, bob);
    callee.answer(undefined, [['Session-Expires', '200;refresher=uac']]);
    await cluster.until('it is answered', caller.answered);
    const offer = callee.incoming?.request.body;
    await cluster.pass(101_000);
    expect(callee.requests.map(({ method }) => method)).toEqual(['INVITE']);
    expect(callee.requests[0]?.body).toBe(offer);
    expect(caller.requests).toEqual([]);
    await hangUp(cluster, caller, callee);
    expect(await cluster.faults()).toEqual([]);
  });

  test('29. a dead call without session timers is found by the audit and is billed to the last proof of life', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await connect(cluster, alice, bob);
    await cluster.pass(100_000);
    expect(await cluster.turnUntil(callee.sendDigit('1'))).toBe(200);
    // Bob's machine loses its power.
    cluster.wire.passes = ({ from, to }) => from !== bob.address && to !== bob.address;
    await cluster.until('the caller is let go', caller.ended, 700_000);
    expect(caller.requests.at(-1)?.get('Reason')).toBe('Q.850;cause=102');
    cluster.wire.passes = () => true;
    callee.dialog?.forget();
    expect(await cluster.faults()).toEqual([]);
    // By SIP no BYE can say how long its cause is ago: that node's record tells.
    const teller = way.hop === 'sip' ? 'node2' : 'node1';
    const [final] = cluster.node(teller).finals('incoming');
    expect(final).toMatchObject({ status: 'answered', hangupBy: 'engine' });
    expect(final?.talkMs).toBeGreaterThanOrEqual(100_000);
    expect(final?.talkMs).toBeLessThan(102_000);
  });
});
