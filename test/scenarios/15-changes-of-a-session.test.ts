import { phoneSdp } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { aliceAndBob, connect, dial, hangUp, ring, ways } from './connect.ts';

describe.each(ways)('$way', (way) => {
  test('15. an INVITE without SDP gets the offer in the 200 and the answer in the ACK', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await dial(cluster, alice, bob, 'bob', { sdp: null });
    expect(callee.incoming?.request.body).toBe('');
    callee.ring();
    callee.answer();
    await cluster.until('it is answered', caller.answered);
    await cluster.until('the phone has the ACK', callee.answered);
    expect(caller.remoteSdp).toBe(phoneSdp('bob'));
    const ack = cluster.wire.requests('ACK').findLast(({ to }) => to === bob.address);
    expect(ack?.sip.body).toBe(phoneSdp('alice'));
    // Nobody acknowledges an offer before its answer is there.
    const acks = cluster.wire.requests('ACK').filter(({ to }) => to === bob.address);
    expect(acks).toHaveLength(1);
    await hangUp(cluster, caller, callee);
    expect(await cluster.faults()).toEqual([]);
  });

  test('15. an offer in a re-INVITE’s 200 is answered in its ACK as well', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await connect(cluster, alice, bob);
    expect(await cluster.turnUntil(callee.reinvite())).toBe(200);
    expect(callee.remoteSdp).toMatch(/o=alice 1000 2/);
    await cluster.pass(1_000);
    const ack = cluster.wire.requests('ACK').findLast(({ to }) => to === alice.address);
    expect(ack?.sip.body).toMatch(/o=bob 1000 2/);
    await hangUp(cluster, caller, callee);
    expect(await cluster.faults()).toEqual([]);
  });

  test('16. a re-INVITE refused with 488 leaves the call as it was', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await connect(cluster, alice, bob);
    const warning = '305 bob "Incompatible media format"';
    callee.onRequest = (request) => {
      if (request.method !== 'INVITE') return undefined;
      request.respond(488, { headers: [['Warning', warning]] });
      return 0;
    };
    expect(await cluster.turnUntil(caller.hold())).toBe(488);
    callee.onRequest = () => undefined;
    const refusal = cluster.wire
      .answers('INVITE')
      .findLast(({ to, sip }) => to === alice.address && sip.status === 488);
    expect(refusal?.sip.get('Warning')).toContain('305');
    await cluster.pass(5_000);
    expect([caller.ended.isOver, callee.ended.isOver]).toEqual([false, false]);
    expect(await cluster.turnUntil(caller.sendDigit('1'))).toBe(200);
    // What was in force is what a refresh is measured by.
    expect(await cluster.turnUntil(caller.reinvite(phoneSdp('alice')))).toBe(200);
    expect(callee.requests.filter(({ method }) => method === 'INVITE')).toHaveLength(1);
    await hangUp(cluster, caller, callee);
    expect(await cluster.faults()).toEqual([]);
  });

  test('16. a re-INVITE answered 481 ends the call', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await connect(cluster, alice, bob);
    callee.onRequest = ({ method }) => (method === 'INVITE' ? 481 : undefined);
    const status = caller.hold();
    await cluster.until('the caller is let go', caller.ended);
    expect(await cluster.turnUntil(status)).toBeGreaterThanOrEqual(400);
    // That phone has lost its call already, and knows nothing of a BYE.
    callee.dialog?.forget();
    expect(await cluster.faults()).toEqual([]);
    // By SIP the other node is but a callee that hangs up.
    const hangupBy = way.hop === 'sip' ? 'callee' : 'engine';
    expect(cluster.node('node1').finals('incoming')[0]).toMatchObject({ hangupBy });
  });

  test('17. both sides re-INVITE at once, both get 491 and both succeed on the second try', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await connect(cluster, alice, bob);
    const crossed = Promise.all([caller.hold(), callee.hold()]);
    expect(await cluster.turnUntil(crossed)).toEqual([491, 491]);
    await cluster.pass(1_000);
    expect(await cluster.turnUntil(callee.hold('sendonly'))).toBe(200);
    expect(caller.remoteSdp).toContain('a=sendonly');
    await cluster.pass(2_000);
    expect(await cluster.turnUntil(caller.hold('sendrecv'))).toBe(200);
    expect(callee.remoteSdp).toContain('a=sendrecv');
    await hangUp(cluster, callee, caller);
    expect(await cluster.faults()).toEqual([]);
  });

  test.each(['the one who is asked', 'the one who asks'])(
    '18. a call hung up by %s with a re-INVITE still open gets 487 for it and BYE',
    async (who) => {
      await using both = await aliceAndBob(way);
      const { cluster, alice, bob } = both;
      const { caller, callee } = await connect(cluster, alice, bob);
      callee.onRequest = ({ method }) => (method === 'INVITE' ? 0 : undefined);
      const status = caller.hold();
      await cluster.until('the re-INVITE is there', () => callee.requests.length === 1);
      const [leaving, left] = who === 'the one who asks' ? [caller, callee] : [callee, caller];
      await hangUp(cluster, leaving, left);
      expect(await cluster.turnUntil(status)).toBe(487);
      expect(await cluster.faults()).toEqual([]);
      expect(cluster.node('node1').finals('incoming')).toHaveLength(1);
    },
  );

  test('18. what the caller asks while our BYE waits for his ACK is refused, and starts nothing', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await ring(cluster, alice, bob);
    cluster.wire.passes = ({ from, text }) => from !== alice.address || !text.startsWith('ACK');
    callee.answer();
    await cluster.until('it is answered', caller.answered);
    await cluster.pass(100);
    expect(await cluster.turnUntil(callee.hangUp())).toBe(200);
    await cluster.pass(100);
    const timer = [['Supported', 'timer']] as const;
    expect(await cluster.turnUntil(caller.request('UPDATE', undefined, timer))).toBe(481);
    expect(caller.ended.isOver).toBe(false);
    cluster.wire.passes = () => true;
    await cluster.until('the caller is let go', caller.ended);
    expect(await cluster.faults()).toEqual([]);
  });
});
