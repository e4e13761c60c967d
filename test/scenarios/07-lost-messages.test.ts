import {
  type Phone,
  type PhoneCall,
  phoneSdp,
  type SipCluster,
  startCluster,
} from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { aliceAndBob, connect, dial, hangUp, ring, ways } from './connect.ts';

const isAnswerToInvite = (text: string): boolean =>
  text.startsWith('SIP/2.0 200') && /\r\nCSeq: \d+ INVITE\r\n/.test(text);
const isAck = (text: string): boolean => text.startsWith('ACK');

describe.each(ways)('$way', (way) => {
  test.each(['udp', 'tcp'] as const)(
    '7. the first 200 is lost and is repeated until the ACK, over %s',
    async (transport) => {
      await using cluster = await startCluster(2, { hop: way.hop });
      const server = transport === 'tcp' ? '127.0.0.11:5062' : '127.0.0.11:5060';
      const alice = await cluster.phone('node1', 'alice', { transport, server });
      const bob = await cluster.registered(way.far, 'bob');
      cluster.wire.loseFirst(2, ({ to, text }) => to === alice.address && isAnswerToInvite(text));
      const { caller, callee } = await ring(cluster, alice, bob);
      const ringingMs = cluster.clock.monotonicMs();
      callee.answer();
      await cluster.until('the caller has the answer', caller.answered);
      await cluster.pass(10_000);
      const answers = cluster.wire
        .answers('INVITE')
        .filter(({ to, sip }) => to === alice.address && sip.status === 200);
      // T1, then twice T1 (RFC 3261 §13.3.1.4), and none behind the ACK.
      expect(answers.map(({ atMs }) => Math.round((atMs - ringingMs) / 100) / 10)).toEqual([
        0, 0.5, 1.5,
      ]);
      await hangUp(cluster, caller, callee);
      expect(await cluster.faults()).toEqual([]);
    },
  );

  test('8. the ACK is lost, the 200 comes again and is acknowledged again', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await ring(cluster, alice, bob);
    const lostOf = new Set<string>();
    cluster.wire.passes = ({ from, to, text }) => {
      const isPhone = to === bob.address || from === alice.address;
      if (!isPhone || !isAck(text) || lostOf.has(to)) return true;
      lostOf.add(to);
      return false;
    };
    callee.answer();
    await cluster.pass(5_000);
    expect(lostOf.size).toBe(2);
    for (const phone of [alice, bob]) {
      const acks = cluster.wire
        .requests('ACK')
        .filter(({ from, to }) => from === phone.address || to === phone.address);
      // The one behind a challenge was before.
      expect(acks.slice(-2).map(({ isDelivered }) => isDelivered)).toEqual([false, true]);
    }
    await hangUp(cluster, callee, caller);
    expect(await cluster.faults()).toEqual([]);
  });

  test('9. no ACK ever comes and both sides are hung up after 64 T1', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    cluster.wire.passes = ({ from, text }) => from !== alice.address || !isAck(text);
    const { caller, callee } = await connect(cluster, alice, bob);
    await cluster.pass(31_000);
    expect([caller.ended.isOver, callee.ended.isOver]).toEqual([false, false]);
    await cluster.pass(2_000);
    await cluster.until('both are let go', () => caller.ended.isOver && callee.ended.isOver);
    expect(caller.requests.at(-1)?.get('Reason')).toBe('Q.850;cause=102');
    expect(await cluster.faults()).toEqual([]);
    const [final] = cluster.node('node1').finals('incoming');
    expect(final).toMatchObject({ reason: 'noack', hangupBy: 'engine', status: 'answered' });
    // Billed from our 200, as carriers do.
    expect(final?.talkMs).toBeGreaterThanOrEqual(32_000);
  });

  test('10. the INVITE is repeated after the 200 and makes no second call', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    const { caller, callee } = await connect(cluster, alice, bob);
    const [invite] = cluster.wire.requests('INVITE').filter(({ from }) => from === alice.address);
    for (let count = 0; count < 3; count++) {
      cluster.repeat(invite!);
      await cluster.pass(500);
    }
    expect(bob.calls).toHaveLength(1);
    await hangUp(cluster, caller, callee);
    cluster.repeat(invite!);
    await cluster.pass(500);
    expect(bob.calls).toHaveLength(1);
    expect(await cluster.faults()).toEqual([]);
    expect(cluster.node('node1').finals('incoming')).toHaveLength(1);
  });
});

describe.each(ways)('11. $way', (way) => {
  const CALLS = 60;

  test('one in five datagrams is lost both ways and every call completes with exactly one CDR', async () => {
    await using both = await aliceAndBob(way);
    const { cluster, alice, bob } = both;
    bob.onCall = (call) => {
      call.ring();
      call.answer();
    };
    cluster.loseBySeed(0.2, 11);
    const offers = Array.from({ length: CALLS }, (_, index) => phoneSdp('alice', index + 1));
    const calls: PhoneCall[] = [];
    for (const sdp of offers) {
      calls.push(alice.call('bob', { sdp }));
      await cluster.pass(100);
    }
    await cluster.until('all are answered', () => calls.every(isAnswered), 40_000);
    const ends = calls.map((call, index) => {
      const callee = bob.calls.find(({ remoteSdp }) => remoteSdp === offers[index]);
      return (index % 2 === 0 ? call : callee!).hangUp();
    });
    await cluster.turnUntil(Promise.all(ends));
    cluster.wire.passes = () => true;
    expect(await cluster.faults()).toEqual([]);
    expect(bob.calls).toHaveLength(CALLS);
    const nodes = way.far === 'node1' ? 1 : 2;
    expect(cluster.finals('incoming')).toHaveLength(CALLS * nodes);
    expect(cluster.finals('outgoing')).toHaveLength(CALLS * nodes);
    for (const final of cluster.finals('incoming')) expect(final.status).toBe('answered');
  });
});

function isAnswered(call: PhoneCall): boolean {
  return call.answered.isOver;
}

// By SIP the other node says 100 at once: how long a phone may be silent is its own affair.
describe.each(ways.filter(({ hop }) => hop === 'nats'))('12. $way', ({ far, hop }) => {
  test('a destination that never answers is left after its no-reply time and its late 200 gets ACK and BYE', async () => {
    await using cluster = await startCluster(3, { hop });
    const alice = await cluster.phone('node1', 'alice');
    const bob = await cluster.phone(far, 'bob');
    const carol = await cluster.phone('node3', 'carol');
    const noReplyMs = 4_000;
    cluster.routes.set('hunt', {
      groups: [[cluster.to(far, bob, { noReplyMs })], [cluster.to('node3', carol, { noReplyMs })]],
    });
    // Bob hears, but nothing of his is heard.
    cluster.wire.passes = ({ from }) => from !== bob.address;
    const { caller, callee: lost } = await dial(cluster, alice, bob, 'hunt');
    await cluster.pass(3_900);
    expect(carol.calls).toHaveLength(0);
    await cluster.until('the next one is tried', () => carol.calls.length === 1, 300);
    const [found] = carol.calls;
    found!.ring();
    found!.answer();
    await cluster.until('it is answered', caller.answered);
    await cluster.pass(1_000);
    // Before anything was heard of him there may be no CANCEL.
    expect(requestsTo(cluster, bob, 'CANCEL')).toBe(0);
    cluster.wire.passes = () => true;
    lost.answer();
    await cluster.until('the late one is let go', lost.ended);
    expect(lost.answered.isOver).toBe(true);
    expect(lost.requests.map(({ method }) => method)).toEqual(['BYE']);
    await cluster.pass(5_000);
    await hangUp(cluster, caller, found!);
    expect(await cluster.faults()).toEqual([]);
    const late = cluster.finals('outgoing').filter(({ isLateAnswer }) => isLateAnswer);
    expect(late.length).toBeGreaterThan(0);
    expect(late.every(({ talkMs }) => talkMs === 0)).toBe(true);
    expect(cluster.node('node1').finals('incoming')).toHaveLength(1);
  });
});

function requestsTo(cluster: SipCluster, phone: Phone, method: string): number {
  return cluster.wire.requests(method).filter(({ to }) => to === phone.address).length;
}
