import { createSocket } from 'node:dgram';
import { createServer, type Socket } from 'node:net';

import { ManualClock, systemClock } from '@tandem/engine';
import { afterEach, describe, expect, it } from 'vitest';

import { createSipStack } from '../stack/live-sip-stack.ts';
import { AnswerNotes } from '../stack/note-taker.test-support.ts';
import type { StackLimits } from '../stack/stack-limits.ts';
import type { Flow } from './flow.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function until(isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 4_000 && !isDone(); turn++) await pause(1);
  expect(isDone()).toBe(true);
}

async function pause(ms: number): Promise<void> {
  await new Promise<void>((resolve) => void setTimeout(resolve, ms));
}

/** A TCP server made by hand that answers OPTIONS, and pings as long as `isPonging`. */
async function peer() {
  const state = { isPonging: true, pings: 0, sockets: [] as Socket[] };
  const server = createServer((socket) => {
    state.sockets.push(socket);
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (text === '\r\n\r\n') {
        state.pings++;
        if (state.isPonging) socket.write('\r\n');
        return;
      }
      const names = ['Via', 'From', 'To', 'Call-ID', 'CSeq'];
      const lines = names.map((name) => new RegExp(`^${name}: .*$`, 'm').exec(text)?.[0].trim());
      socket.write(`SIP/2.0 200 OK\r\n${lines.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`);
    });
  });
  closers.push(() => {
    for (const socket of state.sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = address !== null && typeof address === 'object' ? address.port : 0;
  return { state, port };
}

/** A stack on a clock that is turned, with one real connection to that peer. */
async function connect(port: number, limits: Partial<StackLimits> = {}) {
  const clock = new ManualClock();
  const stack = createSipStack({ clock, limits, randomBelow: () => 0 });
  closers.push(() => stack.close());
  await stack.listen({ transport: 'tcp', host: '127.0.0.1', port: 0 });
  const closed: Flow[] = [];
  stack.user = { onInvite() {}, onRequest() {}, onFlowClosed: (flow) => void closed.push(flow) };
  const heard = new AnswerNotes();
  const uri = `sip:127.0.0.1:${port};transport=tcp`;
  stack.sendRequest({ method: 'OPTIONS', uri, from: '<sip:a@x>', to: '<sip:b@x>' }, heard);
  await until(() => heard.notes.length > 0);
  expect(heard.notes).toEqual(['final 200']);
  return { clock, stack, closed };
}

const INTERVAL_MS = 100_100;
const PONG_MS = 10_100;

describe('signs of life on a connection of ours (RFC 5626)', () => {
  it('go out again and again, and a peer that answers them keeps it open', async () => {
    const { state, port } = await peer();
    const { clock, stack } = await connect(port);
    for (let round = 1; round <= 8; round++) {
      clock.advanceSync(INTERVAL_MS);
      await until(() => stack.stats().counters.keepAlives === round);
    }
    expect(state.pings).toBe(8);
    expect(stack.stats().gauges.connections).toBe(1);
    expect(stack.stats().counters).toMatchObject({ malformed: {}, keepAlivesSent: 8 });
  });

  it('that a peer answered once and then no more end the connection', async () => {
    const { state, port } = await peer();
    const { clock, stack, closed } = await connect(port);
    clock.advanceSync(INTERVAL_MS);
    await until(() => stack.stats().counters.keepAlives === 1);
    state.isPonging = false;
    clock.advanceSync(INTERVAL_MS);
    await until(() => state.pings === 2);
    expect(closed).toEqual([]);
    clock.advanceSync(PONG_MS);
    await until(() => closed.length === 1);
    expect(stack.stats().gauges.connections).toBe(0);
  });

  it('that a peer never answered say nothing, but do not make it less idle', async () => {
    const { state, port } = await peer();
    state.isPonging = false;
    const { clock, closed } = await connect(port);
    for (let round = 1; round <= 5; round++) {
      clock.advanceSync(INTERVAL_MS);
      await until(() => state.pings === round);
      clock.advanceSync(PONG_MS);
    }
    expect(closed).toEqual([]);
    clock.advanceSync(INTERVAL_MS);
    await until(() => closed.length === 1);
  });

  it('alone do not keep a connection for ever', async () => {
    const { port } = await peer();
    const { clock, stack, closed } = await connect(port);
    for (let round = 1; round < 40; round++) {
      clock.advanceSync(INTERVAL_MS);
      await until(() => stack.stats().counters.keepAlives === round);
    }
    expect(closed).toEqual([]);
    clock.advanceSync(INTERVAL_MS);
    await until(() => closed.length === 1);
  });

  it('are not sent where the operator wants none', async () => {
    const { state, port } = await peer();
    const { clock } = await connect(port, { keepAliveMs: Infinity });
    clock.advanceSync(5 * INTERVAL_MS);
    await pause(20);
    expect(state.pings).toBe(0);
  });
});

describe('STUN on a UDP port of ours', () => {
  it('is answered with the address it came from, and counts as a keep-alive', async () => {
    const stack = createSipStack({ clock: systemClock });
    closers.push(() => stack.close());
    const [listener] = await stack.listen({ transport: 'udp', host: '127.0.0.1', port: 0 });
    const phone = createSocket('udp4');
    closers.push(() => phone.close());
    await new Promise<void>((resolve) => void phone.bind(0, '127.0.0.1', resolve));
    const answer = new Promise<Buffer>((resolve) => void phone.once('message', resolve));
    const request = Buffer.from('000100002112a442b7e7a701bc34d686fa87dfae', 'hex');
    phone.send(request, listener?.port ?? 0, '127.0.0.1');
    const bytes = await answer;
    expect(bytes.readUInt16BE(0)).toBe(0x0101);
    expect(bytes.readUInt16BE(26) ^ 0x2112).toBe(phone.address().port);
    expect((bytes.readUInt32BE(28) ^ 0x2112a442) >>> 0).toBe(0x7f000001);
    expect(stack.stats().counters).toMatchObject({ keepAlives: 1, malformed: {} });
  });
});
