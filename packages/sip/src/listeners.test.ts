import { Engine, systemClock } from '@tandem/engine';
import { createSwitch } from '@tandem/switch';
import { MemoryRegistrar, Phone } from '@tandem/testing';
import { expect, test, vi } from 'vitest';
import { parseListenItem } from './listen-item.ts';
import { createSipPlugin } from './plugin.ts';

const clock = systemClock;

async function startNode(listen: string) {
  const engine = new Engine({ node: 'node1', clock });
  const registrar = new MemoryRegistrar({ alice: 'a', bob: 'b' });
  const identity = { node: 'node1', boot: 'b1' };
  const switchboard = createSwitch(engine, identity);
  await engine.install(switchboard.plugin);
  await engine.install(registrar.plugin);
  await engine.install(createSipPlugin({ switchboard, identity }), { listen });
  const addresses = async (): Promise<readonly string[]> => {
    const { answers } = await engine.bus.gather('node.status', {});
    return answers
      .flatMap(({ answer }) => answer.addresses ?? [])
      .map((address) => address.replace(/^\w+:/, ''));
  };
  return { engine, registrar, switchboard, addresses, [Symbol.asyncDispose]: () => engine.stop() };
}

test.each(['udp', 'tcp'] as const)(
  'two phones call each other by IPv6 over %s',
  async (transport) => {
    await using node = await startNode(`${transport}:[::1]:0`);
    const [server = ''] = await node.addresses();
    expect(server).toMatch(/^\[::1\]:\d+$/);
    const host = '::1';
    await using alice = await Phone.open({
      clock,
      name: 'alice',
      password: 'a',
      server,
      host,
      transport,
    });
    await using bob = await Phone.open({
      clock,
      name: 'bob',
      password: 'b',
      server,
      host,
      transport,
    });
    expect((await bob.register()).status).toBe(200);
    const [binding] = node.registrar.bindings.get('bob')!.values();
    expect(binding?.data).toContain('@[::1]:');
    const waiting = bob.nextCall();
    const caller = alice.call('bob');
    const callee = await waiting;
    callee.answer();
    await caller.answered.wait();
    expect(await caller.hold()).toBe(200);
    expect(await callee.hangUp()).toBe(200);
    await caller.ended.wait();
    await vi.waitFor(() => expect(node.switchboard.active).toBe(0));
  },
);

test('a listener left out takes nothing new, carries its calls to their end, and is closed', async () => {
  await using node = await startNode('tcp:127.0.0.1:0 name=old, udp:127.0.0.1:0 name=new');
  const [old = '', kept = ''] = await node.addresses();
  const transport = 'tcp';
  await using alice = await Phone.open({
    clock,
    name: 'alice',
    password: 'a',
    server: old,
    transport,
  });
  await using bob = await Phone.open({ clock, name: 'bob', password: 'b', server: kept });
  await bob.register();
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  (await waiting).answer();
  await caller.answered.wait();

  await node.engine.reload('sip', { listen: 'udp:127.0.0.1:0 name=new' });
  expect(await node.addresses()).toEqual([kept]);
  expect(await alice.call('bob').refused.wait()).toBe(503);
  expect(await caller.hold()).toBe(200);
  expect(await caller.hangUp()).toBe(200);
  await vi.waitFor(async () => {
    const { answers } = await node.engine.bus.gather('metrics.collect', {});
    const readings = answers.flatMap(({ answer }) => answer);
    expect(readings.find(({ name }) => name === 'tandem_sip_listeners')?.value).toBe(1);
  });
  await using late = await Phone.open({
    clock,
    name: 'alice',
    password: 'a',
    server: old,
    transport,
  });
  await expect(late.register()).rejects.toThrow();
});

test('a listener left out and named again goes on', async () => {
  const listen = 'tcp:127.0.0.1:0 name=first, udp:127.0.0.1:0 name=second';
  await using node = await startNode(listen);
  const before = await node.addresses();
  const [server = ''] = before;
  const transport = 'tcp';
  await using alice = await Phone.open({ clock, name: 'alice', password: 'a', server, transport });
  await using bob = await Phone.open({
    clock,
    name: 'bob',
    password: 'b',
    server: before[1] ?? '',
  });
  await bob.register();
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  (await waiting).answer();
  await caller.answered.wait();
  await node.engine.reload('sip', { listen: 'udp:127.0.0.1:0 name=second' });
  await node.engine.reload('sip', { listen });
  expect(await node.addresses()).toEqual(before);
  expect(await caller.hangUp()).toBe(200);
  expect((await alice.register()).status).toBe(200);
});

test.each([
  ['tls:[2001:db8::1]:5061 clientCertificate=required', 'required'],
  ['tls:192.0.2.1 clientCertificate=none', 'none'],
  ['udp:192.0.2.1', undefined],
])('a listen item %s is read', (text, wanted) => {
  const item = parseListenItem(text);
  expect(typeof item === 'string' ? item : item.clientCertificate).toBe(wanted);
});

test.each(['tls:192.0.2.1 clientCertificate=maybe', 'tls:192.0.2.1 client=required'])(
  'a listen item %s is told what is expected',
  (text) => {
    expect(parseListenItem(text)).toMatch(/^expected .*clientCertificate=/);
  },
);
