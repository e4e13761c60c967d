import { connect } from 'node:net';
import { Worker } from 'node:worker_threads';

import { systemClock } from '@tandem/engine';
import { afterEach, describe, expect, it } from 'vitest';

import { createSipStack } from '../stack/live-sip-stack.ts';
import { AnswerNotes, DialogNotes } from '../stack/note-taker.test-support.ts';
import type { SipStack } from '../stack/sip-stack.ts';
import type { SipStackOptions } from '../stack/stack-options.ts';
import type { Flow, TransportName } from './flow.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function until(isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 4_000 && !isDone(); turn++) {
    await new Promise<void>((resolve) => void setTimeout(resolve, 1));
  }
  expect(isDone()).toBe(true);
}

function make(options: Partial<SipStackOptions> = {}): SipStack {
  const stack = createSipStack({ clock: systemClock, ...options });
  closers.push(() => stack.close());
  return stack;
}

async function caller(options: Partial<SipStackOptions> = {}): Promise<SipStack> {
  const stack = make(options);
  await stack.listen({ transport: 'udp', host: '127.0.0.1', port: 0 });
  await stack.listen({ transport: 'tcp', host: '127.0.0.1', port: 0 });
  return stack;
}

/** A peer whose transports share one port, and the flows on which it was asked. */
async function callee(...transports: TransportName[]): Promise<{ port: number; flows: Flow[] }> {
  const stack = make();
  const flows: Flow[] = [];
  const port = await listenOnOnePort(stack, transports);
  stack.user = {
    onInvite: (invite) => {
      flows.push(invite.flow);
      const dialog = invite.openDialog({ contact: `<sip:b@127.0.0.1:${port}>` });
      dialog.user = new DialogNotes();
      invite.respond(200);
    },
    onRequest: (request) => {
      flows.push(request.flow);
      request.respond(200);
    },
  };
  return { port, flows };
}

/** What is free for the first transport may be taken for the next: then another port is tried. */
async function listenOnOnePort(stack: SipStack, transports: TransportName[]): Promise<number> {
  const [first, ...others] = transports;
  for (let attempt = 0; ; attempt++) {
    const [listener] = await stack.listen({ transport: first!, host: '127.0.0.1', port: 0 });
    const port = listener!.port;
    try {
      for (const transport of others) await stack.listen({ transport, host: '127.0.0.1', port });
      return port;
    } catch (fault) {
      if (attempt === 9) throw fault;
    }
  }
}

/** A server that listens and never accepts: once its queue is full, connections do not come up. */
async function occupy(port: number): Promise<void> {
  const worker = new Worker(
    `const { createServer } = require('node:net');
     const { parentPort } = require('node:worker_threads');
     createServer().listen({ host: '127.0.0.1', port: ${port}, backlog: 1 }, () => {
       parentPort.postMessage('listens');
       Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20_000);
     });`,
    { eval: true },
  );
  closers.push(() => worker.terminate());
  await new Promise<void>((resolve) => void worker.once('message', () => resolve()));
  for (let filler = 0; filler < 4; filler++) {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    closers.push(() => socket.destroy());
  }
  await new Promise<void>((resolve) => void setTimeout(resolve, 50));
}

const body = (bytes: number) => ({ type: 'application/sdp', content: 'x'.repeat(bytes) });
const names = { from: '<sip:a@x>', to: '<sip:b@x>' };

async function ask(stack: SipStack, port: number, bytes: number): Promise<string[]> {
  const heard = new AnswerNotes();
  const uri = `sip:b@127.0.0.1:${port}`;
  stack.sendRequest({ ...names, method: 'MESSAGE', uri, body: body(bytes) }, heard);
  await until(() => heard.notes.length > 0);
  return heard.notes;
}

const transportsOf = (flows: readonly Flow[]): string[] => flows.map(({ transport }) => transport);

describe('a request too large for a datagram (RFC 3261 §18.1.1)', () => {
  it('goes by TCP where the peer takes it, a small one by UDP', async () => {
    const { port, flows } = await callee('udp', 'tcp');
    const stack = await caller();
    expect(await ask(stack, port, 100)).toEqual(['final 200']);
    expect(await ask(stack, port, 2_000)).toEqual(['final 200']);
    expect(await ask(stack, port, 2_000)).toEqual(['final 200']);
    expect(transportsOf(flows)).toEqual(['udp', 'tcp', 'tcp']);
    expect(stack.stats().gauges.connections).toBe(1);
  });

  it('goes by UDP after all where TCP is refused, and at once the next time', async () => {
    const { port, flows } = await callee('udp');
    const stack = await caller();
    expect(await ask(stack, port, 2_000)).toEqual(['final 200']);
    const failures = stack.stats().counters.sendFailures;
    expect(await ask(stack, port, 2_000)).toEqual(['final 200']);
    expect(transportsOf(flows)).toEqual(['udp', 'udp']);
    expect(stack.stats().counters.sendFailures).toBe(failures);
  });

  it('goes by UDP where we have no TCP, or the operator wants it so', async () => {
    const { port, flows } = await callee('udp', 'tcp');
    const bare = make();
    await bare.listen({ transport: 'udp', host: '127.0.0.1', port: 0 });
    expect(await ask(bare, port, 2_000)).toEqual(['final 200']);
    const stack = await caller({ limits: { datagramBytesMax: Infinity } });
    expect(await ask(stack, port, 2_000)).toEqual(['final 200']);
    expect(transportsOf(flows)).toEqual(['udp', 'udp']);
  });

  it('stays on the flow that its user named', async () => {
    const { port, flows } = await callee('udp', 'tcp');
    const stack = await caller();
    const [listener] = stack.listeners;
    const flow = stack.findFlow({
      listener: listener?.name ?? '',
      transport: 'udp',
      remoteAddress: '127.0.0.1',
      remotePort: port,
      connectionId: 0,
    });
    if (flow === undefined) throw new Error('no flow');
    const heard = new AnswerNotes();
    const uri = `sip:b@127.0.0.1:${port}`;
    const large = { ...names, method: 'MESSAGE', uri, body: body(2_000), path: { flow } };
    stack.sendRequest(large, heard);
    await until(() => heard.notes.length > 0);
    expect(transportsOf(flows)).toEqual(['udp']);
  });

  it('goes by UDP when the connection does not come up in time', async () => {
    const { port, flows } = await callee('udp');
    await occupy(port);
    const stack = await caller();
    expect(await ask(stack, port, 2_000)).toEqual(['final 200']);
    expect(transportsOf(flows)).toEqual(['udp']);
  });

  it('begins a call by TCP whose ACK and BYE find their way by UDP', async () => {
    const { port, flows } = await callee('udp', 'tcp');
    const stack = await caller();
    const heard = new AnswerNotes();
    const uri = `sip:b@127.0.0.1:${port}`;
    const invite = stack.sendInvite({ ...names, uri, body: body(2_000) }, heard);
    await until(() => heard.notes.some((note) => note.startsWith('answered')));
    invite.ack();
    const byes: number[] = [];
    heard.dialogs[0]?.sendBye(
      {},
      { onFinal: ({ status }) => void byes.push(status), onFailed() {} },
    );
    await until(() => byes.length > 0);
    expect(byes).toEqual([200]);
    expect(transportsOf(flows)).toEqual(['tcp']);
    expect(invite.flow?.transport).toBe('tcp');
  });

  it('takes the size of the ACK to a late offer into account, and falls back', async () => {
    const { port } = await callee('udp');
    const stack = await caller();
    const heard = new AnswerNotes();
    const invite = stack.sendInvite({ ...names, uri: `sip:b@127.0.0.1:${port}` }, heard);
    await until(() => heard.notes.some((note) => note.startsWith('answered')));
    invite.ack({ body: body(2_000) });
    const byes: number[] = [];
    await until(() => (stack.stats().counters.sent['ACK'] ?? 0) >= 2);
    heard.dialogs[0]?.sendBye(
      {},
      { onFinal: ({ status }) => void byes.push(status), onFailed() {} },
    );
    await until(() => byes.length > 0);
    expect(byes).toEqual([200]);
  });
});
