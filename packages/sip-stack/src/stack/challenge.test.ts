import { describe, expect, it } from 'vitest';

import type { IncomingInvite } from './incoming-request.ts';
import { MemoryBench } from './memory-bench.test-support.ts';
import type { SipStackOptions } from './stack-options.ts';

const WITH_PASSWORD = ['Authorization: Digest x'];

async function openBench(options: Partial<SipStackOptions> = {}) {
  const bench = await MemoryBench.open('udp', {
    challenge: ({ headers }) =>
      headers.has('Authorization')
        ? undefined
        : { status: 401, headers: [['WWW-Authenticate', 'Digest realm="x", nonce="y"']] },
    ...options,
  });
  const invites: IncomingInvite[] = [];
  bench.stack.user = {
    onInvite: (invite) => void invites.push(invite),
    onRequest: (request) => request.respond(200),
  };
  return { bench, invites, peer: bench.peer() };
}

describe('a challenge at the door', () => {
  it('is the one answer to an INVITE, of which nothing is kept', async () => {
    const { bench, invites, peer } = await openBench();
    await peer.request({ method: 'INVITE' });
    expect(peer.statuses).toEqual([401]);
    expect(peer.lastResponse.get('WWW-Authenticate')).toContain('realm="x"');
    expect(bench.leftovers()).toBe(0);
    expect(invites).toEqual([]);
  });

  it('is given again to a repeat under the same tag, and its ACK is charged to nobody', async () => {
    const protection = { messagesPerSecond: 1, burstMessages: 2, excessMessagesMax: 10 };
    const { bench, peer } = await openBench({ protection });
    await peer.request({ method: 'INVITE' });
    const toTag = peer.lastResponse.toTag ?? '';
    await peer.request({ method: 'INVITE' });
    expect(peer.lastResponse.toTag).toBe(toTag);
    await peer.request({ method: 'ACK', toTag });
    expect(peer.statuses).toEqual([401, 401]);
    expect(bench.stack.stats().counters.dropped).toEqual({});
  });

  it('lets the next try of the call go on, with 100 first', async () => {
    const { invites, peer } = await openBench();
    await peer.request({ method: 'INVITE' });
    await peer.request({
      method: 'INVITE',
      cseq: 2,
      branch: 'z9hG4bKnext',
      headers: WITH_PASSWORD,
    });
    expect(peer.statuses).toEqual([401, 100]);
    expect(invites).toHaveLength(1);
  });

  it('is the one answer to a REGISTER, too, and again to its repeat', async () => {
    const { bench, peer } = await openBench();
    await peer.request({ method: 'REGISTER' });
    await peer.request({ method: 'REGISTER' });
    expect(peer.statuses).toEqual([401, 401]);
    expect(bench.leftovers()).toBe(0);
    await peer.request({
      method: 'REGISTER',
      cseq: 2,
      branch: 'z9hG4bKnext',
      headers: WITH_PASSWORD,
    });
    expect(peer.statuses).toEqual([401, 401, 200]);
  });

  it('is for what is new: a re-INVITE of no dialog gets 481, other methods pass', async () => {
    const { peer } = await openBench();
    await peer.request({ method: 'INVITE', toTag: 'gone' });
    await peer.request({ method: 'OPTIONS', callId: 'o', branch: 'z9hG4bKo' });
    expect(peer.statuses).toEqual([481, 200]);
  });

  it('comes after what overload says, and a fault in it asks nobody for a password', async () => {
    const load = { isOverloaded: true };
    const { invites, peer } = await openBench({
      isOverloaded: () => load.isOverloaded,
      challenge: () => {
        throw new Error('broken');
      },
    });
    await peer.request({ method: 'INVITE' });
    load.isOverloaded = false;
    await peer.request({ method: 'INVITE', callId: 'other', branch: 'z9hG4bKother' });
    expect(peer.statuses).toEqual([503, 100]);
    expect(invites).toHaveLength(1);
  });
});
