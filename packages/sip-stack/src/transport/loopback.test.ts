import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';

import { systemClock } from '@tandem/engine';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { AnswerNotes, DialogNotes } from '../stack/note-taker.test-support.ts';
import { createSipStack } from '../stack/live-sip-stack.ts';
import type { SipStack } from '../stack/sip-stack.ts';
import type { SipStackOptions } from '../stack/stack-options.ts';
import { describeFlow, type Flow } from './flow.ts';
import type { ListenOptions, Listener } from './listener.ts';
import type { StackNotice } from './notice.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(
  listen: Partial<ListenOptions> = {},
  options: Partial<SipStackOptions> = {},
): Promise<{ stack: SipStack; listener: Listener; notices: StackNotice[]; flows: Flow[] }> {
  const notices: StackNotice[] = [];
  const flows: Flow[] = [];
  const stack = createSipStack({
    clock: systemClock,
    onNotice: (notice) => void notices.push(notice),
    ...options,
  });
  closers.push(() => stack.close());
  const [listener] = await stack.listen({
    transport: 'udp',
    host: '127.0.0.1',
    port: 0,
    ...listen,
  });
  if (listener === undefined) throw new Error('nothing listens');
  stack.user = {
    onInvite: (invite) => invite.respond(486),
    onRequest: (request) => {
      flows.push(request.flow);
      request.respond(200);
    },
  };
  return { stack, listener, notices, flows };
}

async function until(isDone: () => boolean): Promise<void> {
  for (let turn = 0; turn < 2_000 && !isDone(); turn++) {
    await new Promise<void>((resolve) => void setTimeout(resolve, 1));
  }
  expect(isDone()).toBe(true);
}

function optionsText(transport: string, branch: string, extra = ''): string {
  return (
    `OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/${transport} 127.0.0.1;rport;branch=z9hG4bK${branch}\r\n` +
    `From: <sip:a@x>;tag=a\r\nTo: <sip:b@x>\r\nCall-ID: ${branch}\r\nCSeq: 1 OPTIONS\r\n${extra}` +
    'Content-Length: 0\r\n\r\n'
  );
}

async function dial(port: number): Promise<{ socket: Socket; read: () => string }> {
  const socket = connect(port, '127.0.0.1');
  closers.push(() => socket.destroy());
  let text = '';
  socket.on('data', (chunk: Buffer) => void (text += chunk.toString('latin1')));
  socket.on('error', () => {});
  await new Promise<void>((resolve) => void socket.once('connect', resolve));
  return { socket, read: () => text };
}

describe('a listener that is closed', () => {
  it.each(['udp', 'tcp', 'ws'] as const)(
    'of %s frees its port and leaves the others',
    async (transport) => {
      const { stack, listener } = await open({ transport });
      const [other] = await stack.listen({ transport: 'udp', host: '127.0.0.1', port: 0 });
      await stack.unlisten(listener.name);
      await stack.unlisten('no such name');
      expect(stack.listeners).toEqual([other]);
      const again = await stack.listen({ transport, host: '127.0.0.1', port: listener.port });
      expect(again[0]?.port).toBe(listener.port);
    },
  );
});

describe('a whole call over real sockets', () => {
  it.each(['udp', 'tcp'] as const)('is set up, changed and ended over %s', async (transport) => {
    const caller = await open({ transport });
    const callee = await open({ transport });
    const heard = new AnswerNotes();
    const within = new DialogNotes();
    const byes: string[] = [];
    callee.stack.user = {
      onInvite: (incoming) => {
        const dialog = incoming.openDialog();
        dialog.user = within;
        incoming.respond(180);
        incoming.respond(200);
      },
      onRequest: (request) => request.respond(200),
    };
    const invite = caller.stack.sendInvite(
      {
        uri: `sip:bob@127.0.0.1:${callee.listener.port};transport=${transport}`,
        from: '<sip:a@x>',
        to: '<sip:b@x>',
      },
      heard,
    );
    await until(() => heard.notes.some((note) => note.startsWith('answered')));
    invite.ack();
    const [dialog] = heard.dialogs;
    const again = dialog?.sendInvite({}, heard);
    await until(() => within.notes.includes('INVITE') && heard.notes.length >= 4);
    again?.ack();
    dialog?.sendRequest('INFO', {}, heard);
    await until(() => within.notes.includes('INFO'));
    dialog?.sendBye({}, { onFinal: ({ status }) => void byes.push(`${status}`), onFailed() {} });
    await until(() => byes.length === 1);
    expect(byes).toEqual(['200']);
    expect(within.notes).toEqual(['INVITE', 'INFO', 'BYE ended']);
    expect(caller.stack.stats().gauges.connections).toBe(transport === 'tcp' ? 1 : 0);
  });

  it('goes back on the connection of a caller who does not listen', async () => {
    const callee = await open({ transport: 'tcp' });
    const { socket, read } = await dial(callee.listener.port);
    callee.stack.user = {
      onInvite: (invite) => {
        invite.user = { onAck: (_ack, dialog) => void dialog.sendBye() };
        invite.respond(200);
      },
      onRequest() {},
    };
    const head = (method: string, branch: string, tag: string): string =>
      `${method} sip:b@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1:9;branch=z9hG4bK${branch}\r\n` +
      `From: <sip:a@x>;tag=a\r\nTo: <sip:b@x>${tag}\r\nCall-ID: c1\r\nCSeq: 1 ${method}\r\n` +
      'Contact: <sip:a@127.0.0.1:9;transport=tcp>\r\nContent-Length: 0\r\n\r\n';
    socket.write(head('INVITE', '1', ''));
    await until(() => read().includes('SIP/2.0 200'));
    const tag = /To: .*(;tag=\S+)/.exec(read().slice(read().indexOf('SIP/2.0 200')))?.[1] ?? '';
    socket.write(head('ACK', '2', tag));
    await until(() => read().includes('BYE sip:a@127.0.0.1:9'));
  });
});

describe('UDP listeners', () => {
  it('fail loudly on a port that is taken, and leave nothing open', async () => {
    const first = await open();
    const second = createSipStack({ clock: systemClock });
    const { port } = first.listener;
    await expect(second.listen({ transport: 'udp', host: '127.0.0.1', port })).rejects.toThrow(
      'EADDRINUSE',
    );
    expect(second.listeners).toEqual([]);
    await second.close();
  });

  it('open one socket for each local address of a wildcard', async () => {
    const { stack } = await open({ host: '0.0.0.0', name: 'world' });
    const hosts = stack.listeners.map(({ host }) => host);
    expect(hosts).toContain('127.0.0.1');
    expect(hosts).not.toContain('0.0.0.0');
    expect(new Set(stack.listeners.map(({ name }) => name)).size).toBe(hosts.length);
  });

  it('complain about a receive buffer smaller than asked', async () => {
    const { notices } = await open({}, { limits: { receiveBufferBytes: 1_000_000_000 } });
    expect(notices.map(({ kind }) => kind)).toEqual(['receive-buffer-small']);
    expect(notices[0]?.message).toContain('net.core.rmem_max');
  });

  it('read how many datagrams the system threw away', async () => {
    const { stack } = await open();
    expect(await stack.readUdpDrops()).toBe(0);
  });

  it('answer from the address that was asked, and show what is advertised', async () => {
    const { listener } = await open({ host: '127.0.0.2', advertise: 'sip.example.com:5070' });
    expect(listener.viaStem).toBe('SIP/2.0/UDP sip.example.com:5070;rport;branch=');
    const socket = createSocket('udp4');
    closers.push(() => void socket.close());
    const answered = new Promise<string>((resolve) => {
      socket.once('message', (_bytes, source) => resolve(source.address));
    });
    socket.send(optionsText('UDP', 'one'), listener.port, '127.0.0.2');
    expect(await answered).toBe('127.0.0.2');
  });

  it('tell at once of a message too long for a datagram', async () => {
    const { stack, listener } = await open();
    const heard = new AnswerNotes();
    stack.sendRequest(
      {
        method: 'MESSAGE',
        uri: `sip:127.0.0.1:${listener.port}`,
        from: '<sip:a@x>',
        to: '<sip:b@x>',
        body: { type: 'text/plain', content: 'x'.repeat(70_000) },
      },
      heard,
    );
    await until(() => heard.notes.length > 0);
    expect(heard.notes).toEqual(['failed transport 503']);
  });

  it('work over IPv6', async () => {
    const { stack, listener, flows } = await open({ host: '::1' });
    const heard = new AnswerNotes();
    stack.sendRequest(
      {
        method: 'OPTIONS',
        uri: `sip:[::1]:${listener.port}`,
        from: '<sip:a@x>',
        to: '<sip:b@x>',
      },
      heard,
    );
    await until(() => heard.notes.length > 0);
    expect(heard.notes).toEqual(['final 200']);
    expect(flows[0]?.remoteAddress).toBe('::1');
    expect(listener.advertisedHost).toBe('[::1]');
  });
});

describe('TCP listeners', () => {
  it('cut a stream into messages however it comes, and answer a ping', async () => {
    const { listener, stack } = await open({ transport: 'tcp' });
    const { socket, read } = await dial(listener.port);
    const both = `${optionsText('TCP', 'one')}\r\n\r\n${optionsText('TCP', 'two')}`;
    for (const byte of both) socket.write(byte);
    await until(() => read().split('SIP/2.0 200').length === 3);
    await until(() => stack.stats().counters.keepAlives > 0);
    expect(read()).toContain('\r\n\r\n\r\n');
    expect(stack.stats().counters.malformed).toEqual({});
  });

  it('answer what they can of a stream that has lost its frame, and close it', async () => {
    const { listener, stack } = await open({ transport: 'tcp' });
    const { socket, read } = await dial(listener.port);
    const closed = new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    socket.write(optionsText('TCP', 'one').replace('Content-Length: 0', 'Content-Length: x'));
    await closed;
    expect(read()).toContain('SIP/2.0 400');
    expect(stack.stats().counters.malformed).toEqual({ '400': 1 });
  });

  it('close connections over the bound of one address before they are read', async () => {
    const { listener, stack } = await open(
      { transport: 'tcp' },
      { limits: { connectionsPerAddressMax: 2 } },
    );
    await dial(listener.port);
    await dial(listener.port);
    const { socket } = await dial(listener.port);
    await new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    expect(stack.stats()).toMatchObject({
      gauges: { connections: 2 },
      counters: { connectionsRefused: 1 },
    });
  });

  it('close a connection that is idle, and one that never completes its message', async () => {
    const { listener, stack } = await open(
      { transport: 'tcp' },
      { limits: { connectionIdleMs: 50 } },
    );
    const { socket } = await dial(listener.port);
    socket.write('OPTIONS sip:x');
    await new Promise<void>((resolve) => void socket.once('close', () => resolve()));
    await until(() => stack.stats().gauges.connections === 0);
    expect(stack.stats().gauges.timers).toBe(0);
  });

  it('tell a request at once that its connection is lost', async () => {
    const { listener, stack, flows } = await open({ transport: 'tcp' });
    const { socket } = await dial(listener.port);
    socket.write(optionsText('TCP', 'one'));
    await until(() => flows.length === 1);
    const heard = new AnswerNotes();
    const [flow] = flows;
    const closed: number[] = [];
    if (stack.user !== undefined)
      stack.user.onFlowClosed = (lost) => void closed.push(lost.connectionId);
    stack.sendRequest(
      {
        method: 'OPTIONS',
        uri: 'sip:phone.invalid',
        from: '<sip:a@x>',
        to: '<sip:b@x>',
        path: flow === undefined ? {} : { flow },
      },
      heard,
    );
    socket.destroy();
    await until(() => heard.notes.length > 0);
    expect(heard.notes).toEqual(['failed transport 503']);
    await until(() => closed.length > 0);
    expect(closed).toEqual([flow?.connectionId]);
  });

  it('are found again by the description of their flow until it ends', async () => {
    const { listener, stack, flows } = await open({ transport: 'tcp' });
    const { socket } = await dial(listener.port);
    socket.write(optionsText('TCP', 'one'));
    await until(() => flows.length === 1);
    const [flow] = flows;
    if (flow === undefined) return;
    expect(stack.findFlow(describeFlow(flow))).toBe(flow);
    socket.destroy();
    await until(() => !flow.isOpen);
    expect(stack.findFlow(describeFlow(flow))).toBeUndefined();
  });

  it('fail a request to a port where nobody listens', async () => {
    const { stack } = await open({ transport: 'tcp' });
    const heard = new AnswerNotes();
    stack.sendRequest(
      {
        method: 'OPTIONS',
        uri: 'sip:127.0.0.1:1;transport=tcp',
        from: '<sip:a@x>',
        to: '<sip:b@x>',
      },
      heard,
    );
    await until(() => heard.notes.length > 0);
    expect(heard.notes).toEqual(['failed transport 503']);
  });
});

describe('WebSocket listeners (RFC 7118)', () => {
  it('carry one message a frame, answer on the connection, and pong', async () => {
    const { listener, stack, flows } = await open({ transport: 'ws' });
    const socket = new WebSocket(`ws://127.0.0.1:${listener.port}`, 'sip');
    closers.push(() => socket.terminate());
    const frames: string[] = [];
    socket.on('message', (data: Buffer) => void frames.push(data.toString('latin1')));
    await new Promise<void>((resolve) => void socket.once('open', () => resolve()));
    socket.send(optionsText('WS', 'one'));
    socket.send('\r\n\r\n');
    await until(() => frames.length === 2);
    expect(frames[0]).toContain('SIP/2.0 200');
    expect(frames[1]).toBe('\r\n');
    expect(stack.stats().counters.malformed).toEqual({});
    const [flow] = flows;
    if (flow === undefined) return;
    const heard = new AnswerNotes();
    stack.sendRequest(
      {
        method: 'OPTIONS',
        uri: 'sip:phone@abc.invalid;transport=ws',
        from: '<sip:a@x>',
        to: '<sip:b@x>',
        path: { flow },
      },
      heard,
    );
    await until(() => frames.length === 3);
    expect(frames[2]).toContain('OPTIONS sip:phone@abc.invalid;transport=ws SIP/2.0');
  });

  it('refuse another subprotocol, a foreign origin and plain HTTP', async () => {
    const { listener } = await open({ transport: 'ws', origins: ['https://phone.example.com'] });
    const url = `ws://127.0.0.1:${listener.port}`;
    const refusal = (socket: WebSocket): Promise<string> =>
      new Promise((resolve) => {
        socket.once('error', ({ message }) => resolve(message));
        socket.once('open', () => resolve('open'));
      });
    expect(await refusal(new WebSocket(url, 'chat'))).toContain('400');
    expect(await refusal(new WebSocket(url, 'sip', { origin: 'https://evil.example' }))).toContain(
      '403',
    );
    const good = new WebSocket(url, 'sip', { origin: 'https://phone.example.com' });
    closers.push(() => good.terminate());
    expect(await refusal(good)).toBe('open');
    const response = await fetch(`http://127.0.0.1:${listener.port}/`);
    expect(response.status).toBe(426);
  });
});
