import { createSocket } from 'node:dgram';

import { afterEach, describe, expect, it } from 'vitest';

import { MemoryBench } from '../stack/memory-bench.test-support.ts';
import type { SipStackOptions } from '../stack/stack-options.ts';
import { encodeHep3 } from './hep3.ts';
import type { TracedMessage } from './traced-message.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function openBench(options: Partial<SipStackOptions> = {}) {
  const bench = await MemoryBench.open('udp', options);
  closers.push(() => bench.stack.close());
  bench.stack.user = {
    onInvite: (invite) => invite.respond(486),
    onRequest: (request) => request.respond(200),
  };
  const heard: TracedMessage[] = [];
  const lines = (): string[] =>
    heard.map(({ direction, text }) => `${direction} ${text.split('\r\n', 1)[0]}`);
  return {
    bench,
    peer: bench.peer(),
    heard,
    lines,
    onMessage: (m: TracedMessage) => heard.push(m),
  };
}

describe('a tap', () => {
  it('brings every message of one call in order, with time and flow, repeats too', async () => {
    const { bench, peer, heard, lines, onMessage } = await openBench();
    bench.stack.tap({ callIds: ['followed'], onMessage });
    await peer.request({ method: 'INVITE', callId: 'other', branch: 'z9hG4bKother' });
    await bench.turn(100);
    await peer.request({ method: 'INVITE', callId: 'followed' });
    await bench.turn(600);
    await peer.request({ method: 'ACK', callId: 'followed' });
    expect(lines()).toEqual([
      'in INVITE sip:bob@127.0.0.1:5060 SIP/2.0',
      'out SIP/2.0 100 Trying',
      'out SIP/2.0 486 Busy Here',
      'out SIP/2.0 486 Busy Here',
      'in ACK sip:bob@127.0.0.1:5060 SIP/2.0',
    ]);
    expect(heard[0]).toMatchObject({
      at: Date.UTC(2026, 0, 1) + 100,
      callId: 'followed',
      localAddress: '127.0.0.1',
      localPort: 5060,
      flow: { transport: 'udp', remoteAddress: '10.0.0.1', remotePort: 5060 },
    });
    expect(heard[0]?.text.endsWith('Content-Length: 0\r\n\r\n')).toBe(true);
  });

  it('follows a further call once told of it', async () => {
    const { bench, peer, lines, onMessage } = await openBench();
    const tap = bench.stack.tap({ callIds: [], onMessage });
    await peer.request({ method: 'OPTIONS', callId: 'one', branch: 'z9hG4bK1' });
    tap.addCallId('two');
    await peer.request({ method: 'OPTIONS', callId: 'two', branch: 'z9hG4bK2' });
    expect(lines()).toHaveLength(2);
  });

  it('brings all of an address, broken messages too, but no keep-alives', async () => {
    const { bench, peer, lines, onMessage } = await openBench();
    const other = bench.peer('10.0.0.2:5060');
    bench.stack.tap({ address: '10.0.0.1', onMessage });
    await other.request({ method: 'OPTIONS' });
    await peer.send('\r\n\r\n');
    await peer.send('NONSENSE\r\n\r\n');
    await peer.request({ method: 'OPTIONS', callId: 'two', branch: 'z9hG4bK2' });
    expect(lines()).toEqual([
      'in NONSENSE',
      'in OPTIONS sip:bob@127.0.0.1:5060 SIP/2.0',
      'out SIP/2.0 200 OK',
    ]);
  });

  it('ends after its messages, after its time, by hand and with the stack', async () => {
    const { bench, peer, lines, onMessage } = await openBench();
    const ends: string[] = [];
    const onEnd = (end: string): void => void ends.push(end);
    bench.stack.tap({ messagesMax: 1, onMessage, onEnd });
    await peer.request({ method: 'OPTIONS' });
    expect(lines()).toHaveLength(1);
    bench.stack.tap({ durationMs: 1_000, onMessage, onEnd });
    await bench.turn(1_100);
    bench.stack.tap({ onMessage, onEnd }).stop();
    const last = bench.stack.tap({ onMessage, onEnd });
    expect(bench.stack.stats().trace.taps).toBe(1);
    await bench.stack.close();
    expect(ends).toEqual(['messages', 'time', 'stopped', 'closed']);
    expect(last.isOpen).toBe(false);
  });

  it('that fails harms no call', async () => {
    const { bench, peer } = await openBench();
    bench.stack.tap({
      onMessage: () => {
        throw new Error('tap broken');
      },
    });
    await peer.request({ method: 'OPTIONS' });
    expect(peer.statuses).toEqual([200]);
    expect(bench.notices[0]?.kind).toBe('user-fault');
  });

  it('is one of 32 at most', async () => {
    const { bench, onMessage } = await openBench();
    for (let at = 0; at < 32; at++) bench.stack.tap({ onMessage });
    expect(() => bench.stack.tap({ onMessage })).toThrow(RangeError);
  });
});

/** The chunks of a HEP3 packet by their kind. */
function readHep3(packet: Buffer): Map<number, Buffer> {
  expect(packet.toString('latin1', 0, 4)).toBe('HEP3');
  expect(packet.readUInt16BE(4)).toBe(packet.length);
  const chunks = new Map<number, Buffer>();
  for (let at = 6; at < packet.length; at += packet.readUInt16BE(at + 4)) {
    expect(packet.readUInt16BE(at)).toBe(0);
    chunks.set(
      packet.readUInt16BE(at + 2),
      packet.subarray(at + 6, at + packet.readUInt16BE(at + 4)),
    );
  }
  return chunks;
}

const message: TracedMessage = {
  direction: 'out',
  at: 1_767_225_600_123,
  text: 'OPTIONS sip:x SIP/2.0\r\nCall-ID: abc\r\n\r\n\xff',
  callId: 'abc',
  flow: {
    listener: 'udp:192.0.2.1:5060',
    transport: 'udp',
    remoteAddress: '192.0.2.2',
    remotePort: 5062,
    connectionId: 0,
  },
  localAddress: '192.0.2.1',
  localPort: 5060,
};

describe('HEP3', () => {
  it('carries addresses, time, call and the message byte for byte', () => {
    const options = {
      address: '127.0.0.1',
      port: 9060,
      captureId: 7,
      key: 'secret',
      nodeName: 'n1',
    };
    const chunks = readHep3(encodeHep3(message, options) ?? Buffer.alloc(0));
    const numbers = (kind: number): number[] => [...(chunks.get(kind) ?? [])];
    expect([1, 2, 3, 4, 11].map(numbers)).toEqual([[2], [17], [192, 0, 2, 1], [192, 0, 2, 2], [1]]);
    expect(chunks.get(7)?.readUInt16BE()).toBe(5060);
    expect(chunks.get(8)?.readUInt16BE()).toBe(5062);
    expect(chunks.get(9)?.readUInt32BE()).toBe(1_767_225_600);
    expect(chunks.get(10)?.readUInt32BE()).toBe(123_000);
    expect(chunks.get(12)?.readUInt32BE()).toBe(7);
    expect([14, 17, 19].map((kind) => String(chunks.get(kind)))).toEqual(['secret', 'abc', 'n1']);
    expect(chunks.get(15)?.toString('latin1')).toBe(message.text);
  });

  it('names IPv6 ends, and TCP for all streams, from the sender to us when it came in', () => {
    const six: TracedMessage = {
      ...message,
      direction: 'in',
      flow: { ...message.flow, transport: 'tls', remoteAddress: '2001:db8::2' },
      localAddress: '2001:db8::1',
    };
    const options = { address: '127.0.0.1', port: 9060, captureId: 7 };
    const chunks = readHep3(encodeHep3(six, options) ?? Buffer.alloc(0));
    expect([...(chunks.get(1) ?? []), ...(chunks.get(2) ?? [])]).toEqual([10, 6]);
    expect(chunks.get(5)?.at(-1)).toBe(2);
    expect(chunks.get(6)?.at(-1)).toBe(1);
    expect(chunks.get(7)?.readUInt16BE()).toBe(5062);
  });

  it('makes no packet larger than a datagram', () => {
    const options = { address: '127.0.0.1', port: 9060, captureId: 7 };
    const large = { ...message, text: 'x'.repeat(65_500) };
    expect(encodeHep3(large, options)).toBeUndefined();
    const fits = encodeHep3({ ...message, text: 'x'.repeat(65_300) }, options);
    expect(fits?.length).toBeLessThan(65_507);
  });

  it('goes to the collector for each message both ways', async () => {
    const collector = createSocket('udp4');
    closers.push(() => collector.close());
    const texts: string[] = [];
    collector.on('message', (packet) => {
      texts.push(readHep3(packet).get(15)?.toString('latin1').split('\r\n', 1)[0] ?? '');
    });
    await new Promise<void>((resolve) => void collector.bind(0, '127.0.0.1', resolve));
    const hep = { address: '127.0.0.1', port: collector.address().port, captureId: 1 };
    const { bench, peer } = await openBench({ hep });
    await peer.request({ method: 'OPTIONS' });
    for (let turn = 0; turn < 1_000 && texts.length < 2; turn++) {
      await new Promise<void>((resolve) => void setTimeout(resolve, 1));
    }
    expect(texts).toEqual(['OPTIONS sip:bob@127.0.0.1:5060 SIP/2.0', 'SIP/2.0 200 OK']);
    expect(bench.stack.stats().trace).toMatchObject({ hepSent: 2, hepDropped: 0 });
  });

  it('that nobody receives harms no call', async () => {
    const hep = { address: '127.0.0.1', port: 1, captureId: 1 };
    const { peer } = await openBench({ hep });
    for (let at = 0; at < 20; at++) {
      await peer.request({ method: 'OPTIONS', branch: `z9hG4bK${at}`, callId: `${at}` });
    }
    expect(peer.statuses).toEqual(Array.from({ length: 20 }, () => 200));
  });
});
