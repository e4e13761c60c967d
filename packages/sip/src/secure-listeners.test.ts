import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type TLSSocket } from 'node:tls';
import { Engine, type RawSection, systemClock } from '@tandem/engine';
import { routeTo } from '@tandem/messages';
import type { ResolveTargets, TlsOptions } from '@tandem/sip-stack';
import { createSwitch } from '@tandem/switch';
import {
  LogBook,
  MemoryRegistrar,
  Phone,
  type PhoneOptions,
  TestAuthority,
  type TestCertificate,
} from '@tandem/testing';
import { expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { createSipPlugin } from './plugin.ts';

const clock = systemClock;

/** A node on secure sockets, its certificates in files of its own. */
async function startNode(
  listen: string,
  options: { readonly sip?: RawSection; readonly resolve?: ResolveTargets } = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'tandem-tls-'));
  const file = (name: string): string => join(directory, name);
  const authority = new TestAuthority();
  const write = async ({ certificate, key }: TestCertificate): Promise<void> => {
    await writeFile(file('node.pem'), certificate);
    await writeFile(file('node.key'), key);
  };
  await write(authority.issue('sip.example.com', '127.0.0.1', '::1'));
  await writeFile(file('authorities.pem'), authority.certificate);
  const section = {
    listen,
    tlsCertificate: file('node.pem'),
    tlsKey: file('node.key'),
    tlsAuthorities: file('authorities.pem'),
    ...options.sip,
  };
  const log = new LogBook();
  const engine = new Engine({ node: 'node1', clock, log });
  const registrar = new MemoryRegistrar({ alice: 'a', bob: 'b' });
  const identity = { node: 'node1', boot: 'b1' };
  const switchboard = createSwitch(engine, identity);
  const { resolve } = options;
  await engine.install(switchboard.plugin);
  await engine.install(registrar.plugin);
  await engine.install(
    createSipPlugin({ switchboard, identity, ...(resolve !== undefined && { resolve }) }),
    section,
  );
  const { answers } = await engine.bus.gather('node.status', {});
  const places = answers
    .flatMap(({ answer }) => answer.addresses ?? [])
    .map((address) => address.slice(address.indexOf(':') + 1));
  const [server = ''] = places;
  return {
    engine,
    registrar,
    switchboard,
    authority,
    places,
    server,
    section,
    write,
    /** What somebody brings who trusts the node's authority, and is of another one himself. */
    foreign: (): TlsOptions => ({
      ...new TestAuthority('Another').issue('127.0.0.1'),
      authorities: authority.certificate,
    }),
    /** The same with a certificate of the node's authority. */
    own: (...names: readonly string[]): TlsOptions => ({
      ...authority.issue(...names, '127.0.0.1'),
      authorities: authority.certificate,
    }),
    [Symbol.asyncDispose]: async (): Promise<void> => {
      await engine.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function phone(name: string, options: Partial<PhoneOptions> & { server: string }): Promise<Phone> {
  return Phone.open({ clock, name, password: name.slice(0, 1), transport: 'tls', ...options });
}

/** Connects as a client that shows nothing; the certificate that the node shows. */
async function peek(place: string, authorities: string): Promise<string> {
  const [host = '', port = ''] = place.split(':');
  const socket: TLSSocket = connect({ host, port: Number(port), ca: authorities });
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
  });
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

test.each(['127.0.0.1', '::1'])('two phones call each other over TLS at %s', async (host) => {
  await using node = await startNode(`tls:${host === '::1' ? '[::1]' : host}:0`);
  const { server } = node;
  await using alice = await phone('alice', { server, host, tls: node.foreign() });
  await using bob = await phone('bob', { server, host, tls: node.foreign() });
  expect((await bob.register()).status).toBe(200);
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  const callee = await waiting;
  callee.answer();
  await caller.answered.wait();
  expect(await callee.hangUp()).toBe(200);
  await caller.ended.wait();
  await vi.waitFor(() => expect(node.switchboard.active).toBe(0));
});

test('a listener for carriers hears only those with a certificate, the one for phones hears all', async () => {
  const listen =
    'tls:127.0.0.1:0 name=phones, tls:127.0.0.1:0 name=carriers clientCertificate=required';
  await using node = await startNode(listen);
  const [phones = '', carriers = ''] = node.places;
  await using stranger = await phone('alice', { server: carriers, tls: node.foreign() });
  await expect(stranger.register()).rejects.toThrow();
  await using carrier = await phone('alice', { server: carriers, tls: node.own() });
  expect((await carrier.register()).status).toBe(200);
  await using bob = await phone('bob', { server: phones, tls: node.foreign() });
  expect((await bob.register()).status).toBe(200);
});

test('a trunk is dialled over TLS only where the certificate names the domain of its address', async () => {
  const carriers: string[] = [];
  const resolve: ResolveTargets = async (uri) => {
    const domain = /@([\w.]+)/.exec(uri)?.[1] ?? '';
    const address = '127.0.0.1';
    return [{ transport: 'tls', address, port: Number(carriers[0]?.split(':')[1]), domain }];
  };
  await using node = await startNode('tls:127.0.0.1:0', { resolve });
  const { server } = node;
  await using carrier = await phone('carrier', { server, tls: node.own('carrier.example.net') });
  carriers.push(carrier.address);
  await using alice = await phone('alice', { server, tls: node.foreign() });
  node.registrar.routes.set('1', routeTo('sip/sip:1@carrier.example.net;transport=tls'));
  node.registrar.routes.set('2', routeTo('sip/sip:2@impostor.example.net;transport=tls'));
  const waiting = carrier.nextCall();
  const caller = alice.call('1');
  (await waiting).reject(486);
  expect(await caller.refused.wait()).toBe(486);
  expect(await alice.call('2').refused.wait()).toBe(503);
  expect(carrier.calls).toHaveLength(1);
});

test('a carrier that asks for a certificate gets the one of the listener that the trunk names', async () => {
  const carriers: string[] = [];
  const resolve: ResolveTargets = async () => {
    const port = Number(carriers[0]?.split(':')[1]);
    return [{ transport: 'tls', address: '127.0.0.1', port, domain: 'carrier.example.net' }];
  };
  await using node = await startNode('tls:127.0.0.1:0 name=carriers', { resolve });
  const demanding = { ...node.own('carrier.example.net'), isClientCertificateRequired: true };
  await using carrier = await phone('carrier', { server: node.server, tls: demanding });
  carriers.push(carrier.address);
  await using alice = await phone('alice', { server: node.server, tls: node.foreign() });
  const callto = 'sip/sip:1@carrier.example.net;transport=tls';
  const params = { trunk: 'carrier', driverOptions: { listener: 'carriers' } };
  node.registrar.routes.set('1', { groups: [[{ callto, params }]] });
  const waiting = carrier.nextCall();
  const caller = alice.call('1');
  (await waiting).reject(486);
  expect(await caller.refused.wait()).toBe(486);
});

test('whoever is spoken to by sips gets a Contact of sips, and who only comes by TLS does not', async () => {
  const carriers: string[] = [];
  const resolve: ResolveTargets = async () => {
    const port = Number(carriers[0]?.split(':')[1]);
    return [{ transport: 'tls', address: '127.0.0.1', port, domain: 'carrier.example.net' }];
  };
  await using node = await startNode('tls:127.0.0.1:0', { resolve });
  const { server } = node;
  await using carrier = await phone('carrier', { server, tls: node.own('carrier.example.net') });
  carriers.push(carrier.address);
  await using alice = await phone('alice', { server, tls: node.foreign() });
  node.registrar.routes.set('1', routeTo('sip/sips:1@carrier.example.net'));
  node.registrar.routes.set('2', routeTo('sip/sip:2@carrier.example.net;transport=tls'));
  const contacts: (string | undefined)[] = [];
  for (const scheme of ['sips', 'sip']) {
    const waiting = carrier.nextCall();
    const number = scheme === 'sips' ? '1' : '2';
    const caller = alice.call(number, { uri: `${scheme}:${number}@${server}` });
    const callee = await waiting;
    callee.answer();
    await caller.answered.wait();
    const answer = caller.responses.at(-1);
    contacts.push(callee.incoming?.request.get('Contact'), answer?.get('Contact'));
    // Within the call it stays.
    expect(await caller.hold()).toBe(200);
    contacts.push(callee.requests.at(-1)?.get('Contact'), caller.responses.at(-1)?.get('Contact'));
    expect(await caller.hangUp()).toBe(200);
    await callee.ended.wait();
  }
  const place = server.replaceAll('.', '\\.');
  for (const contact of contacts.slice(0, 4)) {
    expect(contact).toMatch(new RegExp(`^<sips:[^@]+@${place}>$`));
  }
  for (const contact of contacts.slice(4)) {
    expect(contact).toMatch(new RegExp(`^<sip:[^@]+@${place};transport=tls>$`));
  }
});

test('a renewed certificate is shown to who connects next, and running connections go on', async () => {
  await using node = await startNode('tls:127.0.0.1:0');
  const { server, authority, engine } = node;
  await using bob = await phone('bob', { server, tls: node.foreign() });
  await bob.register();
  const before = await peek(server, authority.certificate);
  await node.write(authority.issue('127.0.0.1'));
  expect(await engine.bus.tell('engine.reload', { node: 'node1' })).toEqual([]);
  expect(await peek(server, authority.certificate)).not.toBe(before);
  expect((await bob.register()).status).toBe(200);
  expect(node.registrar.bindings.get('bob')?.size).toBe(1);
});

test('a broken certificate fails the reload, and the former one stays', async () => {
  await using node = await startNode('tls:127.0.0.1:0');
  const { server, authority, engine, section } = node;
  const before = await peek(server, authority.certificate);
  await node.write({ certificate: 'nothing', key: 'nothing' });
  expect(await engine.bus.tell('engine.reload', { node: 'node1' })).toHaveLength(1);
  await expect(engine.reload('sip', section)).rejects.toThrow();
  expect(await peek(server, authority.certificate)).toBe(before);
});

test('a secure listener without a certificate says what it needs', async () => {
  const engine = new Engine({ node: 'node1', clock });
  const identity = { node: 'node1', boot: 'b1' };
  const switchboard = createSwitch(engine, identity);
  await engine.install(switchboard.plugin);
  const install = engine.install(createSipPlugin({ switchboard, identity }), {
    listen: 'wss:127.0.0.1:0',
  });
  await expect(install).rejects.toThrow('tlsCertificate');
  await engine.stop();
});

test.each(['127.0.0.1', '[::1]'])(
  'a browser connects by wss to %s from the origins that are listed, and from no other',
  async (host) => {
    const sip = { wsOrigins: 'https://phone.example.com' };
    await using node = await startNode(`wss:${host}:0`, { sip });
    const open = async (origin: string): Promise<WebSocket | string> => {
      const ca = node.authority.certificate;
      const socket = new WebSocket(`wss://${node.server}`, 'sip', { origin, ca });
      return new Promise((resolve) => {
        socket.once('open', () => resolve(socket));
        socket.once('error', ({ message }) => resolve(message));
      });
    };
    expect(await open('https://evil.example.net')).toContain('403');
    const socket = await open('https://phone.example.com');
    if (typeof socket === 'string') throw new Error(socket);
    const answer = new Promise<string>((resolve) => {
      socket.once('message', (data: Buffer) => resolve(data.toString('latin1')));
    });
    const lines = [
      'OPTIONS sip:node1 SIP/2.0',
      'Via: SIP/2.0/WSS browser.invalid;branch=z9hG4bKx',
      'Max-Forwards: 70',
      'From: <sip:a@example.com>;tag=1',
      'To: <sip:node1>',
      'Call-ID: x',
      'CSeq: 1 OPTIONS',
      'Content-Length: 0',
    ];
    socket.send(`${lines.join('\r\n')}\r\n\r\n`);
    expect(await answer).toMatch(/^SIP\/2.0 200 /);
    socket.terminate();
  },
);

test('a phone over TLS is gone with its connection', async () => {
  await using node = await startNode('tls:127.0.0.1:0');
  const { server } = node;
  const bob = await phone('bob', { server, tls: node.foreign() });
  await bob.register();
  expect([...node.registrar.bindings.get('bob')!.values()][0]?.connection).toMatch(/^tls;/);
  await bob.close();
  await vi.waitFor(() => expect(node.registrar.bindings.get('bob')?.size).toBe(0));
});
