import { describe, expect, it } from 'vitest';

import type { IncomingRequest } from '../stack/incoming-request.ts';
import { MemoryBench } from '../stack/memory-bench.test-support.ts';

async function openBench(transport: 'udp' | 'tcp' = 'udp') {
  const bench = await MemoryBench.open(transport);
  const requests: IncomingRequest[] = [];
  bench.stack.user = { onInvite() {}, onRequest: (request) => void requests.push(request) };
  const peer = bench.peer();
  const via = `SIP/2.0/${transport.toUpperCase()} ${peer.place};branch=z9hG4bKone`;
  return { bench, requests, peer, options: { method: 'OPTIONS', via } };
}

describe('non-INVITE server transaction (RFC 3261 §17.2.2, RFC 4320)', () => {
  it('absorbs repeats before the answer and repeats the answer after it, until J', async () => {
    const { bench, requests, peer, options } = await openBench();
    await peer.request(options);
    await peer.request(options);
    expect(peer.statuses).toEqual([]);
    requests[0]?.respond(200, { headers: [['Allow', 'INVITE']] });
    await peer.request(options);
    await bench.turn(31_000);
    await peer.request(options);
    expect(peer.statuses).toEqual([200, 200, 200]);
    expect(new Set(peer.received.map(({ text }) => text)).size).toBe(1);
    expect(requests).toHaveLength(1);
    await bench.turn(1_100);
    expect(bench.leftovers()).toBe(0);
  });

  it('says nothing before T2 and 100 from then on', async () => {
    const { bench, requests, peer, options } = await openBench();
    await peer.request(options);
    await bench.turn(3_900);
    expect(peer.statuses).toEqual([]);
    await bench.turn(150);
    expect(peer.statuses).toEqual([100]);
    await peer.request(options);
    requests[0]?.respond(404);
    await bench.settle();
    expect(peer.statuses).toEqual([100, 100, 404]);
  });

  it('never sends 408 nor any provisional answer of its user', async () => {
    const { bench, requests, peer, options } = await openBench();
    await peer.request(options);
    requests[0]?.respond(180);
    requests[0]?.respond(408);
    await peer.request(options);
    expect(peer.statuses).toEqual([]);
    expect(requests).toHaveLength(1);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('forgets in silence what nobody answered in 64 T1', async () => {
    const { bench, peer, options } = await openBench();
    await peer.request(options);
    await bench.turn(32_100);
    expect(peer.statuses).toEqual([100]);
    expect(bench.leftovers()).toBe(0);
  });

  it('is gone with its answer over a stream', async () => {
    const { bench, requests, peer, options } = await openBench('tcp');
    await peer.request(options);
    requests[0]?.respond(200);
    await bench.settle();
    expect(peer.statuses).toEqual([200]);
    expect(bench.leftovers()).toBe(0);
  });

  it('answers 500 when its user throws or rejects, and says so', async () => {
    const { bench, peer, options } = await openBench();
    bench.stack.user = {
      onInvite() {},
      onRequest: async () => Promise.reject(new Error('out of order')),
    };
    await peer.request(options);
    expect(peer.statuses).toEqual([500]);
    expect(bench.notices.map(({ kind }) => kind)).toEqual(['user-fault']);
    expect(peer.lastResponse.reason).not.toContain('out of order');
  });
});
