import { describe, expect, it } from 'vitest';

import type { IncomingInvite } from './incoming-request.ts';
import { MemoryBench } from './memory-bench.test-support.ts';
import { DialogNotes } from './note-taker.test-support.ts';
import type { SipStackOptions } from './stack-options.ts';

async function openBench(options: Partial<SipStackOptions> = {}) {
  const load = { isOverloaded: false };
  const bench = await MemoryBench.open('udp', {
    isOverloaded: () => load.isOverloaded,
    ...options,
  });
  const invites: IncomingInvite[] = [];
  bench.stack.user = {
    onInvite: (invite) => void invites.push(invite),
    onRequest: (request) => request.respond(200),
  };
  return { bench, load, invites, peer: bench.peer() };
}

describe('a node with too much to do', () => {
  it.each(['INVITE', 'REGISTER', 'SUBSCRIBE'])(
    'refuses a new %s with 503 and keeps nothing of it',
    async (method) => {
      const { bench, load, peer } = await openBench();
      load.isOverloaded = true;
      await peer.request({ method });
      await peer.request({ method });
      expect(peer.statuses).toEqual([503, 503]);
      expect(bench.leftovers()).toBe(0);
      expect(bench.stack.stats().counters.refused).toEqual({ overload: 1, repeat: 1 });
    },
  );

  it('spreads Retry-After over two to ten seconds', async () => {
    let chosen = 0;
    const { load, peer } = await openBench({ randomBelow: (bound) => chosen++ % bound });
    load.isOverloaded = true;
    for (let at = 0; at < 9; at++) {
      await peer.request({ method: 'INVITE', branch: `z9hG4bK${at}`, callId: `${at}` });
    }
    const seconds = peer.responses.map((response) => Number(response.get('Retry-After')));
    expect(seconds.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('takes the ACK to its refusal for what it is, and charges nobody for it', async () => {
    const protection = { messagesPerSecond: 1, burstMessages: 2, excessMessagesMax: 10 };
    const { bench, load, peer } = await openBench({ protection });
    load.isOverloaded = true;
    for (let at = 0; at < 2; at++) {
      const branch = `z9hG4bK${at}`;
      await peer.request({ method: 'INVITE', branch, callId: branch });
      const toTag = peer.lastResponse.toTag ?? '';
      await peer.request({ method: 'ACK', branch, callId: branch, toTag });
    }
    expect(peer.statuses).toEqual([503, 503]);
    expect(bench.stack.stats().counters.dropped).toEqual({});
  });

  it('lets everything of running calls pass: CANCEL, PRACK, ACK, INFO, re-INVITE, BYE', async () => {
    const { load, invites, peer } = await openBench();
    await peer.request({ method: 'INVITE' });
    await peer.request({ method: 'INVITE', callId: 'second', branch: 'z9hG4bKsecond' });
    const [first, second] = invites;
    if (first !== undefined) first.openDialog().user = new DialogNotes();
    first?.respondReliably(183);
    load.isOverloaded = true;
    await peer.request({ method: 'CANCEL', callId: 'second', branch: 'z9hG4bKsecond' });
    expect(second?.isAnswered).toBe(true);
    const reliable = peer.responses.find(({ status }) => status === 183);
    const toTag = reliable?.toTag ?? '';
    const within = { toTag, cseq: 2 };
    await peer.request({
      ...within,
      method: 'PRACK',
      branch: 'z9hG4bKp',
      headers: [`RAck: ${reliable?.get('RSeq')} 1 INVITE`],
    });
    expect(peer.lastResponse.status).toBe(200);
    first?.respond(200);
    await peer.request({ method: 'ACK', toTag });
    for (const [index, method] of ['INFO', 'INVITE', 'BYE'].entries()) {
      const branch = `z9hG4bK${method}`;
      await peer.request({ method, toTag, cseq: 3 + index, branch });
      expect([method, peer.lastResponse.status]).toEqual([method, 200]);
    }
    await peer.request({ method: 'OPTIONS', callId: 'probe', branch: 'z9hG4bKprobe' });
    expect(peer.lastResponse.status).toBe(200);
  });

  it('refuses the repeat of what it refused, though it has time by then', async () => {
    const { bench, load, invites, peer } = await openBench();
    load.isOverloaded = true;
    await peer.request({ method: 'INVITE' });
    load.isOverloaded = false;
    await peer.request({ method: 'INVITE' });
    await bench.clock.advance(20_000);
    await peer.request({ method: 'INVITE' });
    expect(peer.statuses).toEqual([503, 503, 503]);
    expect(invites).toEqual([]);
    expect(bench.stack.stats().counters.refused).toEqual({ overload: 1, repeat: 2 });
    // The next try of that call is another request; and nothing is remembered for ever.
    await peer.request({ method: 'INVITE', branch: 'z9hG4bKnext', cseq: 2 });
    expect(invites).toHaveLength(1);
    invites[0]?.respond(486);
    await bench.clock.advance(100_000);
    await peer.request({ method: 'INVITE' });
    expect(invites).toHaveLength(2);
  });

  it('leaves silence to those whom admission drops', async () => {
    const { load, peer } = await openBench({ admit: () => 'drop' });
    load.isOverloaded = true;
    await peer.request({ method: 'INVITE' });
    expect(peer.statuses).toEqual([]);
  });

  it('counts a fault in the meter as no overload', async () => {
    const { invites, peer } = await openBench({
      isOverloaded: () => {
        throw new Error('meter broken');
      },
    });
    await peer.request({ method: 'INVITE' });
    expect(invites).toHaveLength(1);
  });
});

describe('keep-alives', () => {
  it('are neither malformed nor charged, however many come', async () => {
    const protection = { messagesPerSecond: 1, burstMessages: 1, excessMessagesMax: 1 };
    const { bench, peer } = await openBench({ protection });
    const stun = '\0\x01\0\0\x21\x12\xa4\x42abcdefghijkl';
    for (let at = 0; at < 500; at++) {
      await peer.send(['\r\n\r\n', '\0', '\r\n', stun][at % 4] ?? '');
      bench.network.log.length = 0;
      peer.received.length = 0;
      if (at === 0) bench.network.release(peer.place);
    }
    const { counters, guard } = bench.stack.stats();
    expect(counters.keepAlives).toBe(500);
    expect(counters.malformed).toEqual({});
    expect(guard).toEqual({ sources: 0, banned: 0, bansMade: 0 });
  });
});
