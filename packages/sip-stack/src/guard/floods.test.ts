import { connect, type Socket } from 'node:net';

import { systemClock } from '@tandem/engine';
import { afterEach, describe, expect, it } from 'vitest';

import { createSipStack } from '../stack/live-sip-stack.ts';
import { MemoryBench, STACK } from '../stack/memory-bench.test-support.ts';
import { AnswerNotes, DialogNotes } from '../stack/note-taker.test-support.ts';
import type { SipStack } from '../stack/sip-stack.ts';
import type { SipStackOptions } from '../stack/stack-options.ts';

const FLOOD = 100_000;
/** Where what is counted would be the same with more. */
const SMALL_FLOOD = 20_000;
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A stack whose user leaves every INVITE and request open, unless told otherwise. */
async function openBench(options: Partial<SipStackOptions>, answer?: number) {
  const bench = await MemoryBench.open('udp', options);
  const seen = { invites: 0, requests: 0 };
  bench.stack.user = {
    onInvite: (invite) => {
      seen.invites++;
      if (answer !== undefined) invite.respond(answer);
    },
    onRequest: (request) => {
      seen.requests++;
      if (answer !== undefined) request.respond(answer);
    },
  };
  return { bench, seen };
}

/** Sends as many requests as a flood has, each of a call of its own. */
async function flood(
  bench: MemoryBench,
  method: string,
  count: number,
  from: (at: number) => string,
) {
  // Its senders hear no answers: most of them do not exist.
  bench.network.passes = ({ to }) => to === STACK;
  for (let at = 0; at < count; at++) {
    const place = from(at);
    const text =
      `${method} sip:bob@${STACK} SIP/2.0\r\nVia: SIP/2.0/UDP ${place};branch=z9hG4bK${at}\r\n` +
      `From: <sip:a@x>;tag=${at}\r\nTo: <sip:b@x>\r\nCall-ID: flood-${at}\r\n` +
      `CSeq: 1 ${method}\r\nContact: <sip:a@${place}>\r\nContent-Length: 0\r\n\r\n`;
    bench.network.send({ text, from: place, to: STACK });
    if (at % 1_000 === 999) {
      await Promise.resolve();
      await new Promise<void>((resolve) => void setImmediate(resolve));
      bench.network.log.length = 0;
    }
  }
  bench.network.passes = () => true;
}

const oneAddress = (): string => '10.0.0.66:5060';
const spoofed = (at: number): string =>
  `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}:5060`;

describe('a flood of requests', () => {
  it(`of ${FLOOD} new calls that nobody answers leaves no more half-open transactions than the bound, and none later`, async () => {
    const { bench, seen } = await openBench({ limits: { unansweredMax: 2_000 } });
    await flood(bench, 'INVITE', FLOOD, spoofed);
    const { gauges, counters } = bench.stack.stats();
    expect(gauges).toMatchObject({ inviteServers: 2_000, unanswered: 2_000 });
    expect(gauges.timers).toBe(2_000);
    expect(gauges.dialogs).toBe(0);
    expect(seen.invites).toBe(2_000);
    expect(counters.refused).toEqual({ full: FLOOD - 2_000 });
    expect(bench.notices.filter(({ kind }) => kind === 'bound-reached')).toHaveLength(1);
    await bench.turn(1_000_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('that is refused leaves no more lingering transactions than the bound', async () => {
    const { bench } = await openBench({ limits: { transactionsMax: 5_000 } }, 403);
    await flood(bench, 'INVITE', SMALL_FLOOD, spoofed);
    const { gauges } = bench.stack.stats();
    expect(gauges.inviteServers).toBe(5_000);
    expect(gauges.unanswered).toBe(0);
    expect(gauges.timers).toBeLessThanOrEqual(10_000);
    await bench.turn(33_000);
    expect(bench.leftovers()).toBe(0);
  });

  it('to register from one address ends in its ban, and no other address feels it', async () => {
    const protection = { messagesPerSecond: 20, burstMessages: 50, excessMessagesMax: 100 };
    const { bench, seen } = await openBench({ protection }, 401);
    await flood(bench, 'REGISTER', FLOOD, oneAddress);
    expect(seen.requests).toBe(50);
    const { gauges, counters, guard } = bench.stack.stats();
    expect(gauges.requestServers).toBe(50);
    expect(counters.dropped['rate-limited']).toBe(101);
    expect(counters.dropped['banned']).toBe(FLOOD - 151);
    expect(guard).toMatchObject({ banned: 1, bansMade: 1 });
    const other = bench.peer('10.0.0.7:5060');
    await other.request({ method: 'REGISTER' });
    expect(other.statuses).toEqual([401]);
    await bench.turn(601_000);
    const back = bench.peer('10.0.0.66:5060');
    await back.request({ method: 'REGISTER' });
    expect(back.statuses).toEqual([401]);
  });

  it('from as many forged addresses is watched in bounded memory', async () => {
    const protection = { messagesPerSecond: 20, burstMessages: 50, sourcesMax: 1_000 };
    const { bench } = await openBench({ protection, limits: { unansweredMax: 100 } });
    await flood(bench, 'REGISTER', SMALL_FLOOD, spoofed);
    expect(bench.stack.stats().guard.sources).toBe(1_000);
    expect(bench.stack.stats().gauges.requestServers).toBe(100);
  });
});

describe('a stack without room for anything new', () => {
  it('still carries what belongs to running calls', async () => {
    const { bench } = await openBench({ limits: { transactionsMax: 2, unansweredMax: 50 } });
    const peer = bench.peer();
    const heard = new AnswerNotes();
    bench.stack.user = {
      onInvite: (invite) => {
        invite.openDialog().user = new DialogNotes();
        invite.respond(200);
      },
      onRequest: (request) => request.respond(200),
    };
    await peer.request({ method: 'INVITE' });
    const toTag = peer.lastResponse.toTag ?? '';
    await peer.request({ method: 'ACK', toTag });
    const calling = bench.stack.sendInvite(
      { uri: `sip:bob@${peer.place}`, from: '<sip:a@x>', to: '<sip:b@x>' },
      heard,
    );
    await bench.settle();
    await peer.answer(peer.lastRequest, 200, { tag: 'b' });
    calling.ack();
    await bench.settle();
    await peer.request({ method: 'INVITE', callId: 'new', branch: 'z9hG4bKnew' });
    expect(peer.lastResponse.status).toBe(503);
    await peer.request({ method: 'INFO', toTag, cseq: 2, branch: 'z9hG4bKinfo' });
    expect(peer.lastResponse.status).toBe(200);
    heard.dialogs[0]?.sendBye({}, heard);
    await bench.settle();
    expect(peer.methods.at(-1)).toBe('BYE');
    await peer.request({ method: 'BYE', toTag, cseq: 3, branch: 'z9hG4bKbye' });
    expect(peer.lastResponse.status).toBe(200);
  });
});

async function until(isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 4_000 && !isDone(); turn++) {
    await new Promise<void>((resolve) => void setTimeout(resolve, 1));
  }
  expect(isDone()).toBe(true);
}

async function listen(
  options: Partial<SipStackOptions>,
): Promise<{ stack: SipStack; port: number }> {
  const stack = createSipStack({ clock: systemClock, ...options });
  closers.push(() => stack.close());
  const [listener] = await stack.listen({ transport: 'tcp', host: '127.0.0.1', port: 0 });
  stack.user = { onInvite: (invite) => invite.respond(486), onRequest: (r) => r.respond(401) };
  return { stack, port: listener?.port ?? 0 };
}

function dial(port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  closers.push(() => socket.destroy());
  return socket;
}

function register(at: number): string {
  return (
    `REGISTER sip:x SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;rport;branch=z9hG4bK${at}\r\n` +
    `From: <sip:a@x>;tag=a\r\nTo: <sip:a@x>\r\nCall-ID: ${at}\r\nCSeq: ${at} REGISTER\r\n` +
    'Content-Length: 0\r\n\r\n'
  );
}

describe('a flood of connections', () => {
  it('is held to the bound, and those that say nothing are closed', async () => {
    const limits = { connectionsMax: 60, connectionSilentMs: 200 };
    const { stack, port } = await listen({ limits });
    const talker = dial(port);
    await until(() => stack.stats().counters.connectionsOpened === 1);
    talker.write(register(1));
    for (let at = 0; at < 300; at++) dial(port).write('\r\n\r\n');
    // However slowly they come, and however many were closed as silent meanwhile.
    let most = 0;
    await until(() => {
      const { counters, gauges } = stack.stats();
      most = Math.max(most, gauges.connections);
      return counters.connectionsOpened + counters.connectionsRefused === 301;
    });
    expect(most).toBeLessThanOrEqual(60);
    expect(stack.stats().counters.connectionsRefused).toBeGreaterThan(0);
    await until(() => stack.stats().gauges.connections === 1);
    talker.write(register(2));
    await until(() => stack.stats().counters.received['REGISTER'] === 2);
  });

  it('of a banned address is closed, and no new one is taken', async () => {
    const { stack, port } = await listen({});
    const talker = dial(port);
    let isClosed = false;
    talker.once('close', () => void (isClosed = true));
    talker.write(register(1));
    await until(() => stack.stats().counters.received['REGISTER'] === 1);
    stack.guard.ban('127.0.0.1', 500);
    await until(() => isClosed && stack.stats().gauges.connections === 0);
    dial(port).write(register(2));
    await new Promise<void>((resolve) => void setTimeout(resolve, 50));
    expect(stack.stats().counters.received['REGISTER']).toBe(1);
    await until(() => !stack.guard.isBanned('127.0.0.1'));
    dial(port).write(register(3));
    await until(() => stack.stats().counters.received['REGISTER'] === 2);
  });
});
