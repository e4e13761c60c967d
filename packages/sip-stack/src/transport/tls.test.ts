import { connect } from 'node:tls';

import { systemClock } from '@tandem/engine';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';

import { AnswerNotes } from '../stack/note-taker.test-support.ts';
import { createSipStack } from '../stack/live-sip-stack.ts';
import type { SipStack } from '../stack/sip-stack.ts';
import type { ListenOptions, Listener } from './listener.ts';
import { testCertificate } from './test-certificate.test-support.ts';

const trusting = { ...testCertificate, authorities: testCertificate.certificate };
const stacks: SipStack[] = [];

afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.close();
});

async function open(
  listen: Partial<ListenOptions> = {},
): Promise<{ stack: SipStack; listener: Listener }> {
  const stack = createSipStack({ clock: systemClock });
  stacks.push(stack);
  const [listener] = await stack.listen({
    transport: 'tls',
    host: '127.0.0.1',
    port: 0,
    tls: trusting,
    ...listen,
  });
  if (listener === undefined) throw new Error('nothing listens');
  stack.user = { onInvite() {}, onRequest: (request) => request.respond(200) };
  return { stack, listener };
}

async function ask(from: SipStack, port: number, domain?: string): Promise<string[]> {
  const heard = new AnswerNotes();
  const target = { transport: 'tls' as const, address: '127.0.0.1', port };
  from.sendRequest(
    {
      method: 'OPTIONS',
      uri: 'sip:sip.example.com;transport=tls',
      from: '<sip:a@x>',
      to: '<sip:b@x>',
      path: { targets: [domain === undefined ? target : { ...target, domain }] },
    },
    heard,
  );
  for (let turn = 0; turn < 2_000 && heard.notes.length === 0; turn++) {
    await new Promise<void>((resolve) => void setTimeout(resolve, 1));
  }
  return heard.notes;
}

describe('TLS', () => {
  it('carries a request to the domain that the certificate names', async () => {
    const server = await open();
    const client = await open();
    expect(await ask(client.stack, server.listener.port, 'sip.example.com')).toEqual(['final 200']);
    expect(await ask(client.stack, server.listener.port, 'sip.example.com')).toEqual(['final 200']);
    expect(client.stack.stats().gauges.connections).toBe(1);
  });

  it('is refused to a server whose certificate names another domain', async () => {
    const server = await open();
    const client = await open();
    const notes = await ask(client.stack, server.listener.port, 'other.example.com');
    expect(notes).toEqual(['failed transport 503']);
  });

  it('never takes a connection that was opened to another domain at the same address', async () => {
    const server = await open();
    const client = await open();
    expect(await ask(client.stack, server.listener.port, 'sip.example.com')).toEqual(['final 200']);
    const notes = await ask(client.stack, server.listener.port, 'other.example.com');
    expect(notes).toEqual(['failed transport 503']);
  });

  it('is refused to a server of an authority nobody trusts', async () => {
    const server = await open();
    const client = await open({ tls: testCertificate });
    const notes = await ask(client.stack, server.listener.port, 'sip.example.com');
    expect(notes).toEqual(['failed transport 503']);
  });

  it('lets in only whoever shows a certificate, where that is asked for', async () => {
    const server = await open({ tls: { ...trusting, isClientCertificateRequired: true } });
    const client = await open();
    expect(await ask(client.stack, server.listener.port, 'sip.example.com')).toEqual(['final 200']);
    const stranger = connect({
      port: server.listener.port,
      host: '127.0.0.1',
      ca: testCertificate.certificate,
      servername: 'sip.example.com',
    });
    const end = await new Promise<string>((resolve) => {
      stranger.once('error', ({ message }) => resolve(message));
      stranger.once('close', () => resolve('closed'));
    });
    expect(end).not.toBe('');
    expect(server.stack.stats().counters.connectionsOpened).toBe(1);
  });

  it('needs a certificate, and keeps the old one when the new is broken', async () => {
    const { stack, listener } = await open();
    const bare = createSipStack({ clock: systemClock });
    stacks.push(bare);
    await expect(bare.listen({ transport: 'tls', host: '127.0.0.1', port: 0 })).rejects.toThrow(
      'certificate',
    );
    expect(() => stack.renewTls(listener.name, { certificate: 'x', key: 'y' })).toThrow();
    stack.renewTls(listener.name, trusting);
    const client = await open();
    expect(await ask(client.stack, listener.port, 'sip.example.com')).toEqual(['final 200']);
  });

  it('carries WebSockets as wss', async () => {
    const { listener } = await open({ transport: 'wss' });
    const socket = new WebSocket(`wss://127.0.0.1:${listener.port}`, 'sip', {
      ca: testCertificate.certificate,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    socket.terminate();
  });
});
