import { describe, expect, it } from 'vitest';

import type { IncomingInvite } from './incoming-request.ts';
import { MemoryBench } from './memory-bench.test-support.ts';

async function ringing() {
  const bench = await MemoryBench.open();
  const invites: IncomingInvite[] = [];
  bench.stack.user = { onInvite: (incoming) => void invites.push(incoming), onRequest() {} };
  const peer = bench.peer();
  await peer.request({ method: 'INVITE', headers: ['Supported: 100rel'] });
  const invite = invites[0];
  if (invite === undefined) throw new Error('no INVITE came');
  invite.openDialog({ localTag: 'ours' });
  const prack = (rack: string, cseq = 2) =>
    peer.request({
      method: 'PRACK',
      cseq,
      branch: `z9hG4bKprack${cseq}`,
      toTag: 'ours',
      headers: [`RAck: ${rack}`],
    });
  return { bench, peer, invite, prack };
}

describe('reliable provisional answers (RFC 3262)', () => {
  it('are repeated at T1, doubled without end, until their PRACK', async () => {
    const { bench, peer, invite, prack } = await ringing();
    invite.respondReliably(183);
    await bench.turn(16_000);
    expect(peer.statuses).toEqual([100, 183, 183, 183, 183, 183, 183]);
    expect(peer.lastResponse.get('Require')).toBe('100rel');
    const rseq = Number(peer.lastResponse.get('RSeq'));
    expect(rseq).toBeLessThan(2 ** 31);
    await prack(`${rseq} 1 INVITE`);
    expect(peer.statuses.at(-1)).toBe(200);
    await bench.turn(30_000);
    expect(peer.statuses).toHaveLength(8);
  });

  it('wait for each other and count RSeq up by one', async () => {
    const { peer, invite, prack, bench } = await ringing();
    invite.respondReliably(183);
    invite.respondReliably(180);
    await bench.settle();
    expect(peer.statuses).toEqual([100, 183]);
    const rseq = Number(peer.lastResponse.get('RSeq'));
    await prack(`${rseq} 1 INVITE`);
    const ringingAnswer = peer.responses.find(({ status }) => status === 180);
    expect(Number(ringingAnswer?.get('RSeq'))).toBe(rseq + 1);
  });

  it('take no PRACK that names another answer', async () => {
    const { peer, invite, prack, bench } = await ringing();
    invite.respondReliably(183);
    await bench.settle();
    const rseq = Number(peer.lastResponse.get('RSeq'));
    await prack(`${rseq + 1} 1 INVITE`);
    expect(peer.statuses.at(-1)).toBe(481);
    await prack(`${rseq} 9 INVITE`, 3);
    expect(peer.statuses.at(-1)).toBe(481);
  });

  it('hand their PRACK to the user, who answers with a body', async () => {
    const { peer, invite, prack, bench } = await ringing();
    const bodies: string[] = [];
    invite.user = {
      onPrack: (request, dialog) => {
        bodies.push(dialog.localTag);
        request.respond(200, { body: { type: 'application/sdp', content: 'answer' } });
      },
    };
    invite.respondReliably(183);
    await bench.settle();
    await prack(`${peer.lastResponse.get('RSeq')} 1 INVITE`);
    expect(bodies).toEqual(['ours']);
    expect(peer.lastResponse.body).toBe('answer');
  });

  it('end the INVITE with 504 when no PRACK comes in 64 T1', async () => {
    const { peer, invite, bench } = await ringing();
    invite.respondReliably(183);
    await bench.turn(32_100);
    expect(peer.statuses).toContain(504);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('are not repeated any more after the final answer', async () => {
    const { peer, invite, bench } = await ringing();
    invite.respondReliably(183);
    await peer.request({ method: 'CANCEL' });
    expect(peer.statuses).toEqual([100, 183, 200, 487]);
    await bench.turn(33_000);
    expect(peer.statuses.filter((status) => status === 183)).toHaveLength(1);
    expect(bench.leftovers()).toBe(0);
  });

  it('take the PRACK that crosses the 2xx, before and behind its ACK, once (§3)', async () => {
    for (const isAcked of [false, true]) {
      const { peer, invite, prack, bench } = await ringing();
      invite.respondReliably(180);
      await bench.settle();
      const rack = `${peer.lastResponse.get('RSeq')} 1 INVITE`;
      invite.respond(200);
      await bench.settle();
      if (isAcked) await peer.request({ method: 'ACK', toTag: 'ours', branch: 'z9hG4bKack' });
      await prack(rack);
      expect(peer.lastResponse).toMatchObject({ status: 200, cseq: { method: 'PRACK' } });
      await prack(rack, 3);
      expect(peer.lastResponse).toMatchObject({ status: 481, cseq: { method: 'PRACK' } });
    }
  });
});
