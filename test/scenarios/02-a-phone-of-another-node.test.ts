import { NatsServer, startCluster } from '@tandem/testing';
import { expect, test } from 'vitest';
import { connect, hangUp } from './connect.ts';

test('2. a caller at one node reaches a phone registered at another and every leg carries one billid', async () => {
  await using cluster = await startCluster(3, { registrar: 'database' });
  const bob = await cluster.registered('node2', 'bob');
  const alice = await cluster.phone('node1', 'alice');
  expect(await cluster.locationsOf('bob')).toEqual([`cluster/node2/sip/${bob.contact}`]);

  const { caller, callee } = await connect(cluster, alice, bob);
  await hangUp(cluster, caller, callee);

  // The called phone hears node2 alone, the caller node1 alone, and node3 nobody.
  const places = (phone: { readonly address: string }): string[] => [
    ...new Set(
      cluster.wire.messages.filter(({ to }) => to === phone.address).map(({ from }) => from),
    ),
  ];
  expect(places(bob)).toEqual([cluster.addressOf('node2')]);
  expect(places(alice)).toEqual([cluster.addressOf('node1')]);
  expect(cluster.node('node3').records).toEqual([]);
  expect(callee.incoming?.request.callId).not.toBe(caller.invite?.callId);

  expect(await cluster.faults()).toEqual([]);
  const finals = [...cluster.finals('incoming'), ...cluster.finals('outgoing')];
  expect(finals.map(({ driver, nodename, nodeprefix }) => [driver, nodename, nodeprefix])).toEqual([
    ['sip', 'node1', 'cluster/node1/'],
    ['nats', 'node2', 'cluster/node2/'],
    ['nats', 'node1', 'cluster/node1/'],
    ['sip', 'node2', 'cluster/node2/'],
  ]);
  const [billid] = new Set(finals.map((final) => final.billid));
  expect(billid).toMatch(/^node1-/);
  expect(new Set(finals.map((final) => final.billid))).toEqual(new Set([billid]));
});

test('2. the same over sockets, a real NATS server and a real database', async () => {
  await using nats = await NatsServer.start();
  await using cluster = await startCluster(2, { isLive: true, registrar: 'database', nats });
  const bob = await cluster.registered('node2', 'bob');
  const alice = await cluster.phone('node1', 'alice');
  const { caller, callee } = await connect(cluster, alice, bob);
  await hangUp(cluster, callee, caller);
  await cluster.until('all records are told', () => cluster.finals('outgoing').length === 2);
  expect(await cluster.faults()).toEqual([]);
  expect(new Set(cluster.records.map(({ billid }) => billid)).size).toBe(1);
});
