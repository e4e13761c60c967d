import { describe, expect, it } from 'vitest';

import { MemoryBench } from '../stack/memory-bench.test-support.ts';
import { AnswerNotes } from '../stack/note-taker.test-support.ts';
import type { OutgoingInviteOptions } from '../stack/outgoing-options.ts';

async function call(
  transport: 'udp' | 'tcp' = 'udp',
  options: Partial<OutgoingInviteOptions> = {},
) {
  const bench = await MemoryBench.open(transport);
  const peer = bench.peer();
  const heard = new AnswerNotes();
  const invite = bench.stack.sendInvite(
    {
      uri: `sip:bob@${peer.place};transport=${transport}`,
      from: '<sip:alice@example.com>',
      to: '<sip:bob@example.com>',
      body: { type: 'application/sdp', content: 'v=0\r\n' },
      ...options,
    },
    heard,
  );
  await bench.settle();
  return { bench, peer, heard, invite };
}

describe('INVITE client transaction (RFC 3261 §17.1.1, RFC 6026)', () => {
  it('repeats the INVITE at T1 and doubled (A), until B tells of the silence', async () => {
    const { bench, peer, heard } = await call();
    await bench.turn(31_900);
    expect(peer.methods).toEqual(Array.from({ length: 7 }, () => 'INVITE'));
    expect(new Set(peer.received.map(({ text }) => text)).size).toBe(1);
    for (const [index, expected] of [0, 500, 1_500, 3_500, 7_500, 15_500, 31_500].entries()) {
      expect(peer.times[index]).toBeGreaterThanOrEqual(expected);
      expect(peer.times[index]).toBeLessThan(expected + 200);
    }
    expect(heard.notes).toEqual([]);
    await bench.turn(200);
    expect(heard.notes).toEqual(['failed timeout 408']);
    expect(bench.leftovers()).toBe(0);
  });

  it('repeats nothing over a stream, and B still ends it', async () => {
    const { bench, peer, heard } = await call('tcp');
    await bench.turn(32_100);
    expect(peer.methods).toEqual(['INVITE']);
    expect(heard.notes).toEqual(['failed timeout 408']);
  });

  it('stops repeating with the first provisional answer and then waits as long as it rings', async () => {
    const { bench, peer, heard } = await call();
    await peer.answer(peer.lastRequest, 100);
    await bench.turn(300_000);
    expect(peer.methods).toEqual(['INVITE']);
    await peer.answer(peer.lastRequest, 180, { tag: 'b1' });
    expect(heard.notes).toEqual(['trying 100', 'provisional 180 b1']);
  });

  it('acknowledges a refusal by itself with the same branch, Request-URI and Route', async () => {
    const route = '<sip:10.0.0.1:5060;lr>';
    const { bench, peer, heard } = await call('udp', {
      uri: 'sip:bob@far.invalid',
      routes: [route],
    });
    const invite = peer.lastRequest;
    await peer.answer(invite, 486, { tag: 'b1' });
    const ack = peer.lastRequest;
    expect(ack.method).toBe('ACK');
    expect(ack.uri).toBe('sip:bob@far.invalid');
    expect(ack.via.branch).toBe(invite.via.branch);
    expect(ack.getAll('Route')).toEqual([route]);
    expect(ack.toTag).toBe('b1');
    expect(ack.cseq).toEqual({ number: 1, method: 'ACK' });
    expect(ack.body).toBe('');
    expect(heard.notes).toEqual(['refused 486']);
    await peer.answer(invite, 486, { tag: 'b1' });
    expect(peer.methods).toEqual(['INVITE', 'ACK', 'ACK']);
    expect(heard.notes).toEqual(['refused 486']);
    await bench.turn(31_900);
    await peer.answer(invite, 486, { tag: 'b1' });
    expect(peer.methods).toHaveLength(4);
    await bench.turn(200);
    expect(bench.leftovers()).toBe(0);
  });

  it('is gone at once after a refusal over a stream', async () => {
    const { bench, peer } = await call('tcp');
    await peer.answer(peer.lastRequest, 486, { tag: 'b1' });
    expect(peer.methods).toEqual(['INVITE', 'ACK']);
    expect(bench.leftovers()).toBe(0);
  });

  it('repeats the stored ACK, body and all, for each repeat of the 2xx (M)', async () => {
    const { bench, peer, heard, invite } = await call();
    const request = peer.lastRequest;
    await peer.answer(request, 200, { tag: 'b1' });
    expect(peer.methods).toEqual(['INVITE']);
    invite.ack({ body: { type: 'application/sdp', content: 'answer' } });
    await peer.answer(request, 200, { tag: 'b1' });
    await bench.turn(31_000);
    await peer.answer(request, 200, { tag: 'b1' });
    expect(peer.methods).toEqual(['INVITE', 'ACK', 'ACK', 'ACK']);
    expect(new Set(peer.received.slice(1).map(({ text }) => text)).size).toBe(1);
    expect(peer.lastRequest.body).toBe('answer');
    expect(peer.lastRequest.uri).toBe(`sip:b1@${peer.place}`);
    expect(peer.lastRequest.via.branch).not.toBe(request.via.branch);
    expect(heard.notes).toEqual(['answered 200 b1']);
    await bench.turn(2_000);
    expect(bench.stack.stats().gauges).toMatchObject({ inviteClients: 0, dialogs: 1, timers: 0 });
  });

  it('acknowledges and ends a fork that answers after another has won', async () => {
    const { bench, peer, heard, invite } = await call();
    const request = peer.lastRequest;
    await peer.answer(request, 180, { tag: 'b1' });
    await peer.answer(request, 180, { tag: 'b2' });
    await peer.answer(request, 200, { tag: 'b1' });
    invite.ack();
    await peer.answer(request, 200, { tag: 'b2' });
    expect(peer.methods).toEqual(['INVITE', 'ACK', 'ACK', 'BYE']);
    expect(peer.lastRequest.toTag).toBe('b2');
    await peer.answer(peer.lastRequest, 200);
    await peer.answer(request, 200, { tag: 'b2' });
    expect(peer.methods).toEqual(['INVITE', 'ACK', 'ACK', 'BYE', 'ACK']);
    expect(peer.lastRequest.toTag).toBe('b2');
    expect(heard.notes).toEqual(['provisional 180 b1', 'provisional 180 b2', 'answered 200 b1']);
    heard.dialogs[0]?.forget();
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('tells at once that the INVITE could not be sent', async () => {
    const bench = await MemoryBench.open();
    const heard = new AnswerNotes();
    bench.stack.sendInvite({ uri: 'sip:bob@10.0.0.9', from: '<sip:a@x>', to: '<sip:b@x>' }, heard);
    await bench.settle();
    expect(heard.notes).toEqual(['failed transport 503']);
    expect(bench.leftovers()).toBe(0);
  });

  it('tries the next target under a new branch when the first cannot be reached', async () => {
    const { bench, peer, heard } = await call('udp', {
      path: {
        targets: [
          { transport: 'udp', address: '10.0.0.9', port: 5060 },
          { transport: 'udp', address: '10.0.0.1', port: 5060 },
        ],
      },
    });
    expect(peer.methods).toEqual(['INVITE']);
    expect(bench.network.log).toHaveLength(2);
    await peer.answer(peer.lastRequest, 486, { tag: 'b1' });
    expect(heard.notes).toEqual(['refused 486']);
  });
});

describe('CANCEL (RFC 3261 §9.1)', () => {
  it('waits for a provisional answer and is sent with the first one', async () => {
    const { peer, heard, invite, bench } = await call();
    invite.cancel({ headers: [['Reason', 'SIP;cause=487']] });
    await bench.turn(3_000);
    expect(peer.methods).toEqual(['INVITE', 'INVITE', 'INVITE']);
    const request = peer.lastRequest;
    await peer.answer(request, 180, { tag: 'b1' });
    const cancel = peer.lastRequest;
    expect(cancel.method).toBe('CANCEL');
    expect(cancel.via.branch).toBe(request.via.branch);
    expect(cancel.uri).toBe(request.uri);
    expect(cancel.cseq.number).toBe(request.cseq.number);
    expect(cancel.toTag).toBeUndefined();
    expect(cancel.get('Reason')).toBe('SIP;cause=487');
    await peer.answer(cancel, 200);
    await peer.answer(request, 487, { tag: 'b1' });
    expect(peer.methods.slice(3)).toEqual(['CANCEL', 'ACK']);
    expect(heard.notes).toEqual(['provisional 180 b1', 'refused 487']);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('hands a 2xx that crossed it to the user, to be acknowledged and ended', async () => {
    const { bench, peer, heard, invite } = await call();
    const request = peer.lastRequest;
    await peer.answer(request, 180, { tag: 'b1' });
    invite.cancel();
    await bench.settle();
    await peer.answer(request, 200, { tag: 'b1' });
    expect(heard.notes).toEqual(['provisional 180 b1', 'answered 200 b1']);
    heard.dialogs[0]?.sendBye();
    await bench.settle();
    expect(peer.methods).toEqual(['INVITE', 'CANCEL', 'ACK', 'BYE']);
    await peer.answer(peer.requests[1] ?? request, 200);
    await peer.answer(peer.lastRequest, 200);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('of an INVITE nobody ever heard ends with timer B and sends no CANCEL', async () => {
    const { bench, peer, heard, invite } = await call();
    invite.cancel();
    await bench.turn(32_200);
    expect(new Set(peer.methods)).toEqual(new Set(['INVITE']));
    expect(heard.notes).toEqual(['failed timeout 408']);
    expect(bench.leftovers()).toBe(0);
  });

  it('ends the INVITE after 64 T1 without a final answer', async () => {
    const { bench, peer, heard, invite } = await call();
    const request = peer.lastRequest;
    await peer.answer(request, 180, { tag: 'b1' });
    invite.cancel();
    invite.cancel();
    await bench.settle();
    await peer.answer(peer.lastRequest, 200);
    await bench.turn(20_000);
    await peer.answer(request, 180, { tag: 'b1' });
    await bench.turn(12_100);
    expect(heard.notes.at(-1)).toBe('failed timeout 408');
    expect(peer.methods).toEqual(['INVITE', 'CANCEL']);
    expect(bench.leftovers()).toBe(0);
  });

  it('answered 481 shortens the wait to what a 2xx on its way may need', async () => {
    const { bench, peer, heard, invite } = await call();
    await peer.answer(peer.lastRequest, 180, { tag: 'b1' });
    invite.cancel();
    await bench.settle();
    await peer.answer(peer.lastRequest, 481);
    await bench.turn(9_100);
    expect(heard.notes.at(-1)).toBe('failed timeout 408');
  });
});
