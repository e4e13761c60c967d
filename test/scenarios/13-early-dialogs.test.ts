import { phoneSdp, startCluster } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { aliceAndBob, dial, hangUp, ways } from './connect.ts';

describe.each(ways)('$way', ({ far, hop }) => {
  test('13. the first destination sends 183 with SDP and fails, the second is heard under a new To-tag', async () => {
    await using cluster = await startCluster(3, { hop });
    const alice = await cluster.phone('node1', 'alice');
    const bob = await cluster.phone(far, 'bob');
    const carol = await cluster.phone('node3', 'carol');
    cluster.routes.set('hunt', {
      groups: [[cluster.to(far, bob)], [cluster.to('node3', carol)]],
    });
    const headers = [['Supported', '199']] as const;
    const { caller, callee: first } = await dial(cluster, alice, bob, 'hunt', { headers });
    first.ring(183, phoneSdp('bob'));
    await cluster.until('early media is heard', caller.ringing);
    first.reject(503);
    await cluster.until('the next one has the call', () => carol.calls.length === 1);
    const [second] = carol.calls;
    second!.ring(183, phoneSdp('carol'));
    await cluster.pass(100);
    second!.answer(phoneSdp('carol'));
    await cluster.until('it is answered', caller.answered);
    expect(caller.statuses).toEqual([183, 199, 183, 200]);
    expect(caller.responses.map(({ body }) => /o=(\w+)/.exec(body)?.[1])).toEqual([
      'bob',
      undefined,
      'carol',
      'carol',
    ]);
    const [early, closed, again, answer] = caller.responses.map(({ toTag }) => toTag);
    expect(closed).toBe(early);
    expect(again).not.toBe(early);
    expect(answer).toBe(again);
    await hangUp(cluster, caller, second!);
    expect(await cluster.faults()).toEqual([]);
  });
});

describe.each(ways)('14. $way', (way) => {
  test('two different early dialogs arrive from a forking proxy and the one that answers is confirmed', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await dial(cluster, alice, bob);
    const { incoming } = callee;
    const [left, right] = [incoming!.openDialog(), incoming!.openDialog()];
    const body = (name: string) => ({ type: 'application/sdp', content: phoneSdp(name) });
    incoming!.respond(183, { dialog: left, body: body('left') });
    await cluster.pass(100);
    incoming!.respond(183, { dialog: right, body: body('right') });
    await cluster.pass(100);
    callee.adopt(right);
    incoming!.respond(200, { dialog: right, body: body('right') });
    await cluster.until('it is answered', caller.answered);
    const [first, second, answer] = caller.responses;
    expect(caller.statuses).toEqual([183, 183, 200]);
    expect(first?.body).toBe(phoneSdp('left'));
    expect(second?.body).toBe(phoneSdp('right'));
    expect(first?.toTag).not.toBe(second?.toTag);
    expect(answer?.toTag).toBe(second?.toTag);
    const ack = cluster.wire.requests('ACK').findLast(({ to }) => to === bob.address);
    expect(ack?.sip.toTag).toBe(right.localTag);
    await hangUp(cluster, callee, caller);
    expect(await cluster.faults()).toEqual([]);
  });

  test('a 2xx of the other fork as well is acknowledged and ended, and the call goes on', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await dial(cluster, alice, bob);
    callee.answer();
    await cluster.until('it is answered', caller.answered);
    const [answer] = cluster.wire
      .answers('INVITE')
      .filter(({ from, sip }) => from === bob.address && sip.status === 200);
    const text = answer!.text.replace(/(\r\nTo: .*;tag=)[^;\r\n]+/, '$1other-fork');
    cluster.repeat(answer!, { text });
    await cluster.pass(1_000);
    const toFork = cluster.wire.messages
      .filter(({ to, sip }) => to === bob.address && sip.toTag === 'other-fork')
      .map(({ sip }) => (sip.kind === 'request' ? sip.method : sip.status));
    expect(toFork).toEqual(['ACK', 'BYE']);
    expect([caller.ended.isOver, callee.ended.isOver]).toEqual([false, false]);
    await hangUp(cluster, caller, callee);
    expect(await cluster.faults()).toEqual([]);
  });
});
