import { definePlugin, Engine, systemClock } from '@tandem/engine';
import { CarrierRegistrar, MemoryRegistrar, Phone } from '@tandem/testing';
import { createSwitch } from '@tandem/switch';
import { expect, test, vi } from 'vitest';
import { createSipPlugin } from './plugin.ts';

/** A node on real sockets of this machine; ports are the system's choice. */
async function startNode(listen: string) {
  const engine = new Engine({ node: 'node1', clock: systemClock });
  const registrar = new MemoryRegistrar({ alice: 'a', bob: 'b' });
  const identity = { node: 'node1', boot: 'b1' };
  const switchboard = createSwitch(engine, identity);
  await engine.install(switchboard.plugin);
  await engine.install(registrar.plugin);
  const plugin = createSipPlugin({ switchboard, identity });
  await engine.install(plugin, { listen });
  const addresses = async (): Promise<readonly string[]> => {
    const { answers } = await engine.bus.gather('node.status', {});
    return answers.flatMap(({ answer }) => answer.addresses ?? []);
  };
  return {
    engine,
    registrar,
    switchboard,
    addresses: await addresses(),
    reload: async (section: { listen: string }) => {
      await engine.reload('sip', section);
      return addresses();
    },
    [Symbol.asyncDispose]: () => engine.stop(),
  };
}

const placeOf = (address: string | undefined): string => (address ?? '').replace(/^\w+:/, '');

test.each([
  ['udp', '127.0.0.1'],
  ['tcp', '127.0.0.1'],
  ['udp', '::1'],
  ['tcp', '::1'],
] as const)('two phones call each other over %s at %s', async (transport, host) => {
  await using node = await startNode(`${transport}:${host === '::1' ? '[::1]' : host}:0`);
  const server = placeOf(node.addresses[0]);
  const clock = systemClock;
  const place = { clock, server, transport, host };
  await using alice = await Phone.open({ ...place, name: 'alice', password: 'a' });
  await using bob = await Phone.open({ ...place, name: 'bob', password: 'b' });
  expect((await alice.register()).status).toBe(200);
  expect((await bob.register()).status).toBe(200);
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  const callee = await waiting;
  callee.ring();
  callee.answer();
  await caller.answered.wait();
  await callee.answered.wait();
  expect(await callee.hold()).toBe(200);
  expect(await caller.sendDigit('3')).toBe(200);
  expect(await callee.hangUp()).toBe(200);
  await caller.ended.wait();
  await vi.waitFor(() => expect(node.switchboard.active).toBe(0));
});

test('a registration ends with its connection', async () => {
  await using node = await startNode('tcp:127.0.0.1:0');
  const server = placeOf(node.addresses[0]);
  const transport = 'tcp';
  const bob = await Phone.open({
    clock: systemClock,
    name: 'bob',
    password: 'b',
    server,
    transport,
  });
  await bob.register();
  expect(node.registrar.bindings.get('bob')?.size).toBe(1);
  await bob.close();
  await vi.waitFor(() => expect(node.registrar.bindings.get('bob')?.size).toBe(0));
});

test('a reload opens what is new and keeps what is there', async () => {
  await using node = await startNode('udp:127.0.0.1:0 name=first');
  const listen = 'udp:127.0.0.1:0 name=first, tcp:127.0.0.1:0 name=second';
  const addresses = await node.reload({ listen });
  expect(addresses).toHaveLength(2);
  expect(addresses[0]).toBe(node.addresses[0]);
});

test('a node that stops ends its calls and frees its sockets', async () => {
  const node = await startNode('udp:127.0.0.1:0');
  const server = placeOf(node.addresses[0]);
  const clock = systemClock;
  await using alice = await Phone.open({ clock, name: 'alice', password: 'a', server });
  await using bob = await Phone.open({ clock, name: 'bob', password: 'b', server });
  await bob.register();
  const waiting = bob.nextCall();
  const caller = alice.call('bob');
  (await waiting).answer();
  await caller.answered.wait();
  await node.switchboard.endAll('draining', 31);
  await caller.ended.wait();
  await node.engine.stop();
  await using again = await startNode(`udp:${server}`);
  expect(again.addresses).toEqual([`udp:${server}`]);
});

test('a trunk whose connection closes is told of, that it may be registered anew', async () => {
  await using node = await startNode('tcp:127.0.0.1:0');
  const server = placeOf(node.addresses[0]);
  const clock = systemClock;
  const carrier = await Phone.open({ clock, name: 'carrier', server, transport: 'tcp' });
  const registrar = new CarrierRegistrar(carrier, clock);
  const lost: string[] = [];
  await node.engine.install(
    definePlugin({
      name: 'notes',
      setup: (scope) =>
        scope.handle('trunk.lost', {}, ({ params }) => void lost.push(params.trunk)),
    }),
  );
  const address = `sip:${carrier.address};transport=tcp`;
  const account = { username: 'acme', password: 'secret', expiresSeconds: 600 };
  await node.engine.bus.ask('trunk.register', { trunk: 'line-1', address, ...account });
  expect(registrar.contacts).toHaveLength(1);
  await carrier.close();
  await vi.waitFor(() => expect(lost).toEqual(['line-1']));
});
