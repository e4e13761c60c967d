import { describe, expect, it } from 'vitest';

import type { IncomingInvite } from '../stack/incoming-request.ts';
import { MemoryBench } from '../stack/memory-bench.test-support.ts';

async function openBench(transport: 'udp' | 'tcp' = 'udp') {
  const bench = await MemoryBench.open(transport);
  const invites: IncomingInvite[] = [];
  bench.stack.user = {
    onInvite: (invite) => void invites.push(invite),
    onRequest: (request) => request.respond(200),
  };
  const peer = bench.peer();
  const via = `SIP/2.0/${transport.toUpperCase()} ${peer.place};branch=z9hG4bKone`;
  return { bench, invites, peer, invite: { method: 'INVITE', via } };
}

describe('INVITE server transaction (RFC 3261 §17.2.1, RFC 6026)', () => {
  it('says 100 before the user is asked', async () => {
    const { bench, peer, invite } = await openBench();
    let heardBefore = -1;
    bench.stack.user = {
      onInvite: async () => {
        heardBefore = bench.network.log.length;
        await new Promise<void>(() => {});
      },
      onRequest() {},
    };
    await peer.request(invite);
    expect(heardBefore).toBe(2);
    expect(peer.statuses).toEqual([100]);
  });

  it('answers a repeated INVITE with the last provisional answer and asks nobody again', async () => {
    const { peer, invites, invite } = await openBench();
    await peer.request(invite);
    await peer.request(invite);
    invites[0]?.respond(180);
    await peer.request(invite);
    expect(peer.statuses).toEqual([100, 100, 180, 180]);
    expect(invites).toHaveLength(1);
  });

  it('repeats a refusal at T1, doubled to T2, until its ACK (G), and then lives for I', async () => {
    const { bench, peer, invites, invite } = await openBench();
    await peer.request(invite);
    invites[0]?.respond(486);
    await bench.turn(15_900);
    expect(peer.statuses).toEqual([100, 486, 486, 486, 486, 486, 486, 486]);
    const gaps = peer.times.slice(1).map((at, index, all) => at - (all[index - 1] ?? 0));
    for (const [index, expected] of [500, 1_000, 2_000, 4_000, 4_000, 4_000].entries()) {
      expect(gaps[index + 1]).toBeGreaterThanOrEqual(expected);
      expect(gaps[index + 1]).toBeLessThan(expected + 40);
    }
    const toTag = peer.lastResponse.toTag ?? '';
    await peer.request({ ...invite, method: 'ACK', toTag });
    await bench.turn(4_900);
    expect(bench.stack.stats().gauges.inviteServers).toBe(1);
    await peer.request(invite);
    await bench.turn(200);
    expect(bench.leftovers()).toBe(0);
    expect(peer.statuses).toHaveLength(8);
  });

  it('gives a refusal up after H when no ACK ever comes', async () => {
    const { bench, peer, invites, invite } = await openBench();
    await peer.request(invite);
    invites[0]?.respond(404);
    await bench.turn(31_900);
    expect(bench.stack.stats().gauges.inviteServers).toBe(1);
    await bench.turn(200);
    expect(bench.leftovers()).toBe(0);
    expect(peer.statuses).toHaveLength(12);
  });

  it('answers a repeated INVITE with the refusal again', async () => {
    const { peer, invites, invite } = await openBench();
    await peer.request(invite);
    invites[0]?.respond(404);
    await peer.request(invite);
    expect(peer.statuses).toEqual([100, 404, 404]);
  });

  it('repeats no refusal over a stream and is gone with its ACK', async () => {
    const { bench, peer, invites, invite } = await openBench('tcp');
    await peer.request(invite);
    invites[0]?.respond(486);
    await bench.turn(10_000);
    expect(peer.statuses).toEqual([100, 486]);
    await peer.request({ ...invite, method: 'ACK', toTag: peer.lastResponse.toTag ?? '' });
    expect(bench.leftovers()).toBe(0);
  });

  it.each(['udp', 'tcp'] as const)(
    'absorbs a repeated INVITE after the 2xx while the 2xx itself is repeated over %s',
    async (transport) => {
      const { bench, peer, invites, invite } = await openBench(transport);
      await peer.request(invite);
      invites[0]?.respond(200);
      await peer.request(invite);
      expect(peer.statuses).toEqual([100, 200]);
      await bench.turn(7_600);
      expect(peer.statuses).toEqual([100, 200, 200, 200, 200, 200]);
      const acks: string[] = [];
      const dialog = bench.stack.findDialog('call-1', peer.lastResponse.toTag ?? '', 'alice');
      if (invites[0] !== undefined) invites[0].user = { onAck: (ack) => void acks.push(ack.body) };
      await peer.request({
        method: 'ACK',
        branch: 'z9hG4bKack',
        toTag: peer.lastResponse.toTag ?? '',
        body: 'answer',
      });
      await bench.turn(10_000);
      expect(peer.statuses).toHaveLength(6);
      expect(acks).toEqual(['answer']);
      expect(dialog?.state).toBe('confirmed');
      dialog?.forget();
      await bench.turn(33_000);
      expect(bench.leftovers()).toBe(0);
    },
  );

  it('tells when no ACK comes to a 2xx within 64 T1, and the BYE leaves nothing behind', async () => {
    const { bench, peer, invites, invite } = await openBench();
    await peer.request(invite);
    const missing: string[] = [];
    if (invites[0] !== undefined) {
      invites[0].user = {
        onAckMissing: (dialog) => {
          missing.push(dialog.state);
          dialog.sendBye();
        },
      };
    }
    invites[0]?.respond(200);
    await bench.turn(31_900);
    expect(missing).toEqual([]);
    await bench.turn(200);
    expect(missing).toEqual(['confirmed']);
    expect(peer.methods).toEqual(['BYE']);
    await peer.answer(peer.lastRequest, 200);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('says BYE by itself when nobody cares for the missing ACK', async () => {
    const { bench, peer, invites, invite } = await openBench();
    await peer.request(invite);
    invites[0]?.respond(200);
    await bench.turn(32_100);
    expect(peer.methods).toEqual(['BYE']);
  });

  it('keeps its state when an answer cannot be sent, so that repeats are recognised (RFC 6026 §8.9)', async () => {
    const { bench, peer, invites, invite } = await openBench();
    await peer.request(invite);
    const failures: string[] = [];
    if (invites[0] !== undefined) {
      invites[0].user = { onTransportError: ({ message }) => void failures.push(message) };
    }
    bench.network.release(peer.place);
    invites[0]?.respond(180);
    await bench.settle();
    expect(failures).toEqual([`connect ECONNREFUSED ${peer.place}`]);
    expect(bench.stack.stats().gauges.inviteServers).toBe(1);
  });

  it('refuses what its user forgot, long after every phone has', async () => {
    const { bench, peer, invite } = await openBench();
    await peer.request(invite);
    await bench.turn(900_100);
    expect(peer.statuses.slice(0, 2)).toEqual([100, 480]);
  });

  it('gives one final answer, whatever its user says after it', async () => {
    const { bench, peer, invites, invite } = await openBench();
    await peer.request(invite);
    invites[0]?.respond(486);
    invites[0]?.respond(200);
    invites[0]?.respond(180);
    await bench.settle();
    expect(peer.statuses).toEqual([100, 486]);
    expect(bench.stack.stats().counters.dropped).toEqual({ 'answered-twice': 2 });
  });
});
