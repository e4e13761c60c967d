import { openTestStore } from '@tandem/store/testing';
import { CarrierRegistrar, type SipCluster, startCluster } from '@tandem/testing';
import {
  type CatalogueLoader,
  createWholesalePlugin,
  wholesaleMigrations,
} from '@tandem/wholesale';
import { expect, test } from 'vitest';
import { hangUp } from './connect.ts';

const TENANT = {
  id: 1n,
  name: 'acme',
  currency: 'USD',
  deck_id: null,
  profile_id: null,
  countries: null,
  max_rate: null,
  max_calls: null,
  max_calls_per_second: null,
  is_active: true,
  users: [],
};

const TRUNK = {
  id: 1n,
  name: 'line-1',
  direction: 'bidirectional',
  tenant_id: 1n,
  sources: [],
  called_prefix: '',
  caller_prefix: '',
  max_calls: null,
  max_calls_per_second: null,
  deck_id: null,
  tech_prefix: '',
  breaker_failures: 0,
  breaker_open_seconds: 30,
  breaker_probes: 1,
  breaker_codes: [],
  username: 'acme',
  password: 'secret',
  register: true,
  redirect: 'fail',
  no_reply_ms: null,
  outbound_proxy: null,
  number_in: null,
  number_out: null,
  trusted: false,
  listener: null,
  allowed_headers: [],
  probe_seconds: null,
  identity: 'pai',
  from_domain: null,
  is_active: true,
} as const;

/** A cluster of three whose nodes all know one trunk that wants to be registered. */
async function withTrunk() {
  const database = await openTestStore({ migrations: [wholesaleMigrations] });
  const cluster = await startCluster(3, { sections: { sip: { unknownSource: 'drop' } } });
  const carrier = await cluster.phone('node1', 'carrier');
  const registrar = new CarrierRegistrar(carrier, cluster.clock);
  const trunks = [{ ...TRUNK, address: `sip:${carrier.address}` }];
  const setup = { version: 1n, tenants: [TENANT], trunks, profiles: [], routes: [] };
  const load: CatalogueLoader = () => Promise.resolve({ setup, decks: [], deckIds: [] });
  for (const node of cluster.nodes) {
    const { engine, switch: theSwitch } = node;
    const isAccepting = () => theSwitch.isAccepting;
    await engine.install(createWholesalePlugin(database.store, { load, seed: 1, isAccepting }));
    node.markRest();
  }
  return {
    cluster,
    carrier,
    registrar,
    async [Symbol.asyncDispose]() {
      await cluster[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** The nodes that hold the registration now, by what they say themselves. */
async function holders(cluster: SipCluster): Promise<readonly string[]> {
  const found: string[] = [];
  for (const node of cluster.living) {
    if ((await node.meter('tandem_vendor_registered')) === 1) found.push(node.name);
  }
  return found;
}

test('37. one trunk registration is held by exactly one node and moves when it dies', async () => {
  await using it = await withTrunk();
  const { cluster, carrier, registrar } = it;
  const nodeOf = (uri: string): string | undefined =>
    cluster.nodes.find(({ name }) => uri.includes(`@${cluster.addressOf(name)}`))?.name;
  await cluster.until('it is registered', () => registrar.contacts.length === 1, 60_000);
  await cluster.pass(5_000);
  const [first] = await holders(cluster);
  expect(await holders(cluster)).toHaveLength(1);
  expect(registrar.contacts.map(({ uri }) => nodeOf(uri))).toEqual([first]);
  expect(registrar.answers).toEqual([401, 200]);

  // A call to that contact is the trunk's, though nobody knows the carrier's address.
  const bob = await cluster.phone('node2', 'bob');
  cluster.routes.set('493012', { groups: [[{ callto: `sip/${bob.contact}` }]] });
  const call = async (): Promise<void> => {
    const [contact] = registrar.contacts;
    const [place] = /\d+\.\d+\.\d+\.\d+:\d+/.exec(contact?.uri ?? '') ?? [];
    const line = await cluster.phone('node1', 'line', { server: place ?? '' });
    const before = bob.calls.length;
    const caller = line.call('', { uri: contact?.uri ?? '', to: 'sip:493012@carrier.example' });
    await cluster.until('bob has the call', () => bob.calls.length > before);
    bob.calls[before]!.answer();
    await cluster.until('it is answered', caller.answered);
    await hangUp(cluster, caller, bob.calls[before]!);
  };
  await call();

  cluster.kill(first!);
  await cluster.until(
    'another node has registered',
    () => registrar.contacts.some(({ uri }) => nodeOf(uri) !== first),
    60_000,
  );
  await cluster.pass(5_000);
  const after = await holders(cluster);
  expect(after).toHaveLength(1);
  expect(after).not.toContain(first);
  // The contact of the dead node was taken back: the carrier sends it nothing any more.
  expect(registrar.contacts.map(({ uri }) => nodeOf(uri))).toEqual(after);
  await call();

  // Nor does the one that comes back take it away again.
  await cluster.start([first!]);
  await cluster.pass(10_000);
  expect(await holders(cluster)).toEqual(after);
  expect(carrier.stack.stats().gauges.dialogs).toBe(0);
  expect(await cluster.faults()).toEqual([]);
});

test('a node that drains hands its trunk over before its calls have ended', async () => {
  await using it = await withTrunk();
  const { cluster, registrar } = it;
  await cluster.until('it is registered', () => registrar.contacts.length === 1, 60_000);
  await cluster.pass(2_000);
  const [first] = await holders(cluster);
  cluster.node(first!).switch.stopAccepting();
  cluster.node(first!).mesh.membership.announce('draining');
  await cluster.pass(10_000);
  const after = await holders(cluster);
  expect(after).toHaveLength(1);
  expect(after).not.toContain(first);
  expect(registrar.contacts).toHaveLength(1);
});

test('a node that is cut off lets go of its trunk, and has it no more when it is back', async () => {
  await using it = await withTrunk();
  const { cluster, registrar } = it;
  await cluster.until('it is registered', () => registrar.contacts.length === 1, 60_000);
  await cluster.pass(2_000);
  const [first] = await holders(cluster);
  const sent = registrar.requests.length;
  cluster.cut(first!);
  await cluster.pass(12_000);
  const during = await holders(cluster);
  expect(during).toHaveLength(1);
  expect(during).not.toContain(first);
  expect(registrar.requests.length).toBeGreaterThan(sent);
  cluster.mend(first!);
  await cluster.pass(12_000);
  expect(await holders(cluster)).toEqual(during);
  expect(registrar.contacts).toHaveLength(1);
});
