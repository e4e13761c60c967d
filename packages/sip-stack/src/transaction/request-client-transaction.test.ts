import { describe, expect, it } from 'vitest';

import { MemoryBench } from '../stack/memory-bench.test-support.ts';
import { AnswerNotes } from '../stack/note-taker.test-support.ts';

async function ask(transport: 'udp' | 'tcp' = 'udp') {
  const bench = await MemoryBench.open(transport);
  const peer = bench.peer();
  const heard = new AnswerNotes();
  bench.stack.sendRequest(
    {
      method: 'OPTIONS',
      uri: `sip:${peer.place};transport=${transport}`,
      from: '<sip:a@x>',
      to: '<sip:b@x>',
    },
    heard,
  );
  await bench.settle();
  return { bench, peer, heard };
}

describe('non-INVITE client transaction (RFC 3261 §17.1.2)', () => {
  it('repeats at T1, doubled to T2 (E), until F tells of the silence', async () => {
    const { bench, peer, heard } = await ask();
    await bench.turn(31_600);
    const expected = [0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500];
    expect(peer.methods).toHaveLength(expected.length);
    for (const [index, at] of expected.entries()) {
      expect(peer.times[index]).toBeGreaterThanOrEqual(at);
      expect(peer.times[index]).toBeLessThan(at + 350);
    }
    await bench.turn(500);
    expect(heard.notes).toEqual(['failed timeout 408']);
    expect(bench.leftovers()).toBe(0);
  });

  it('repeats every T2 after a provisional answer', async () => {
    const { bench, peer, heard } = await ask();
    await peer.answer(peer.lastRequest, 100);
    await bench.turn(9_000);
    expect(peer.methods).toHaveLength(4);
    expect(heard.notes).toEqual(['provisional 100']);
  });

  it('hears the final answer once and absorbs its repeats for K', async () => {
    const { bench, peer, heard } = await ask();
    await peer.answer(peer.lastRequest, 200, { tag: 'b1' });
    await peer.answer(peer.lastRequest, 200, { tag: 'b1' });
    expect(heard.notes).toEqual(['final 200']);
    await bench.turn(4_900);
    expect(bench.stack.stats().gauges.requestClients).toBe(1);
    await bench.turn(200);
    expect(bench.leftovers()).toBe(0);
    expect(peer.methods).toHaveLength(1);
  });

  it('is gone with its answer over a stream', async () => {
    const { bench, peer, heard } = await ask('tcp');
    await peer.answer(peer.lastRequest, 200, { tag: 'b1' });
    expect(heard.notes).toEqual(['final 200']);
    expect(bench.leftovers()).toBe(0);
  });

  it('takes no answer of another method under its branch', async () => {
    const { bench, peer, heard } = await ask();
    const text = peer.received[0]?.text.replace(/^OPTIONS.*\r\n/, 'SIP/2.0 200 OK\r\n') ?? '';
    await peer.send(text.replace('1 OPTIONS', '1 BYE'));
    expect(heard.notes).toEqual([]);
    expect(bench.stack.stats().counters.dropped).toEqual({ 'stray-response': 1 });
  });
});
