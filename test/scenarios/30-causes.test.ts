import { phoneSdp } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { aliceAndBob, connect, dial, hangUp, ring, ways } from './connect.ts';

const BOTH = [
  ['Reason', 'Q.850;cause=17;text="user busy"'],
  ['Reason', 'SIP;cause=486'],
] as const;

describe.each(ways)('30. the callee’s Q.850 cause and Reason reach the caller $way', (way) => {
  test('on BYE', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await connect(cluster, alice, bob);
    const reason = 'Q.850;cause=38;text="network out of order"';
    const bye = callee.hangUp([['Reason', reason]]);
    expect(await cluster.turnUntil(bye)).toBe(200);
    await cluster.until('the caller hears it', caller.ended);
    expect(caller.requests.at(-1)?.getAll('Reason')).toEqual([reason]);
    expect(await cluster.faults()).toEqual([]);
    for (const { q850, hangupBy } of cluster.finals('incoming')) {
      expect({ q850, hangupBy }).toEqual({ q850: 38, hangupBy: 'callee' });
    }
  });

  test('on CANCEL, the other way', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await ring(cluster, alice, bob);
    const reason = 'SIP;cause=200;text="Call completed elsewhere"';
    caller.cancel([['Reason', reason]]);
    await cluster.until('the phone hears it', callee.ended);
    expect(callee.requests.at(-1)?.getAll('Reason')).toEqual([reason]);
    await cluster.until('the caller is let go', caller.refused);
    expect(await cluster.faults()).toEqual([]);
  });

  test.each([
    [486, BOTH, 486, 17],
    [404, [['Reason', 'Q.850;cause=1']] as const, 404, 1],
    [480, [['Reason', 'Q.850;cause=19']] as const, 480, 19],
    [603, [], 603, 21],
  ])('on a call refused with %s', async (status, headers, heard, q850) => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await dial(cluster, alice, bob);
    callee.reject(status, headers);
    await cluster.until('the caller is let go', caller.refused);
    const answer = caller.responses.at(-1);
    expect(answer?.status).toBe(heard);
    expect(answer?.getAll('Reason').join()).toContain(`Q.850;cause=${q850}`);
    for (const [, reason] of headers) expect(answer?.getAll('Reason')).toContain(reason);
    expect(await cluster.faults()).toEqual([]);
    expect(cluster.node('node1').finals('incoming')[0]).toMatchObject({ sipCode: heard, q850 });
  });
});

describe.each(ways)('$way', (way) => {
  test('31. a fax switches to T.38 by re-INVITE, refused by one side, and the voice call goes on', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await connect(cluster, alice, bob);
    const fax = phoneSdp('bob', 2).replace(/m=audio[^]*$/, 'm=image 40000 udptl t38\r\n');
    caller.onRequest = ({ method, request }) =>
      method === 'INVITE' && request.body.includes('m=image') ? 488 : undefined;
    expect(await cluster.turnUntil(callee.reinvite(fax))).toBe(488);
    expect(caller.requests.map(({ body }) => body)).toEqual([fax]);
    await cluster.pass(10_000);
    expect([caller.ended.isOver, callee.ended.isOver]).toEqual([false, false]);
    // Now the other one tries, and it is taken: the description crosses as it is.
    expect(await cluster.turnUntil(caller.reinvite(fax.replaceAll('o=bob', 'o=alice')))).toBe(200);
    expect(callee.remoteSdp).toContain('m=image 40000 udptl t38');
    await hangUp(cluster, callee, caller);
    expect(await cluster.faults()).toEqual([]);
    expect(cluster.node('node1').finals('incoming')[0]?.talkMs).toBeGreaterThanOrEqual(10_000);
  });
});
