import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { isOver, isUp, Phones, rings } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';

interface CallRow {
  readonly id: string;
  readonly node: string;
  readonly state: string;
  readonly legs: readonly { readonly node: string; readonly driver: string }[];
}

if (!hasNats) console.warn('SKIPPED, LOUDLY: no nats-server on this machine; run npm run setup');

describe.skipIf(!hasNats)('three nodes by hand', () => {
  let cluster: ProcessCluster;

  beforeAll(async () => {
    cluster = await ProcessCluster.start({ users: ['alice', 'bob', 'carol'] });
  });
  afterAll(async () => {
    await cluster?.[Symbol.asyncDispose]();
  });

  test('a call made at one node rings the phone that registered at another', async () => {
    await using phones = new Phones();
    const bob = await phones.registeredAt(cluster.node(2), 'bob');
    const alice = await phones.at(cluster.node(1), 'alice');
    const rows = await cluster.database.query<{ location: string }>(
      `select location from registrations where username = 'bob'`,
    );
    expect(rows[0]?.location).toBe(`cluster/node2/sip/${bob.contact}`);

    const call = alice.call('bob');
    const incoming = await bob.nextCall();
    // The INVITE comes from the node where bob registered, not from the one that alice called.
    expect(incoming.incoming?.request.via?.host).toBe(cluster.node(2).place.sipHost);
    incoming.ring();
    await rings(call);
    incoming.answer();
    await isUp(call);

    const { calls } = await cluster.node(3).api<{ calls: CallRow[] }>('/calls');
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ node: 'node1', state: 'up' });
    expect(calls[0]!.id).toMatch(/^node1-/);
    expect(new Set(calls[0]!.legs.map(({ node }) => node))).toEqual(new Set(['node1', 'node2']));

    await call.hangUp();
    await isOver(incoming);
    await expectRecords(calls[0]!.id);
  });

  test('an attended transfer joins two phones of different nodes and lets the third go', async () => {
    await using phones = new Phones();
    const bob = await phones.registeredAt(cluster.node(2), 'bob');
    const carol = await phones.registeredAt(cluster.node(3), 'carol');
    const alice = await phones.registeredAt(cluster.node(1), 'alice');
    const waiting = carol.nextCall();
    const consulting = bob.call('carol');
    const target = await waiting;
    target.answer();
    await isUp(consulting);
    const { callId, remoteTag, localTag } = consulting.dialog!;
    const replaces = `${callId};to-tag=${remoteTag};from-tag=${localTag}`;
    const joined = alice.call('carol', { headers: [['Replaces', replaces]] });
    await isUp(joined);
    await isOver(consulting);
    expect(target.remoteSdp).toContain('alice');
    expect(joined.remoteSdp).toContain('carol');
    await joined.hangUp();
    await isOver(target);
    await eventually('no call is left', async () => (await cluster.metric('tandem_legs')) === 0);
  });

  test('either side may hang up, and the other hears of it', async () => {
    await using phones = new Phones();
    const bob = await phones.registeredAt(cluster.node(2), 'bob');
    const alice = await phones.at(cluster.node(1), 'alice');
    const call = alice.call('bob');
    const incoming = await bob.nextCall();
    incoming.answer();
    await isUp(call);
    await incoming.hangUp();
    await isOver(call);
  });

  test('a call is hung up from a third node, and an unknown one is not found', async () => {
    await using phones = new Phones();
    const bob = await phones.registeredAt(cluster.node(2), 'bob');
    const alice = await phones.at(cluster.node(1), 'alice');
    const call = alice.call('bob');
    const incoming = await bob.nextCall();
    incoming.answer();
    await isUp(call);
    const { calls } = await cluster.node(3).api<{ calls: CallRow[] }>('/calls');
    const third = cluster.node(3);
    const url = third.url(`/api/v1/calls/${calls[0]!.id}`);
    expect((await fetch(url, { method: 'DELETE' })).status).toBeLessThan(300);
    await Promise.all([isOver(call), isOver(incoming)]);
    const unknown = third.url('/api/v1/calls/node1-none-999');
    expect((await fetch(unknown, { method: 'DELETE' })).status).toBe(404);
  });

  test('a user with phones at two nodes rings on both, and the first answer stops the other', async () => {
    await using phones = new Phones();
    const desk = await phones.registeredAt(cluster.node(2), 'bob');
    const mobile = await phones.registeredAt(cluster.node(3), 'bob', '127.0.0.2');
    const alice = await phones.at(cluster.node(1), 'alice');
    const call = alice.call('bob');
    const [atDesk, onMobile] = await Promise.all([desk.nextCall(), mobile.nextCall()]);
    atDesk.ring();
    onMobile.ring();
    await rings(call);
    onMobile.answer();
    await isUp(call);
    await isOver(atDesk);
    await call.hangUp();
    await isOver(onMobile);
  });

  test('nothing is left behind: no leg, no call, no registration', async () => {
    await using phones = new Phones();
    const bob = await phones.registeredAt(cluster.node(2), 'bob');
    await bob.unregister();
    await eventually('all calls are gone', async () => {
      const { calls } = await cluster.node(1).api<{ calls: CallRow[] }>('/calls');
      return calls.length === 0;
    });
    const rows = await cluster.database.query('select * from registrations');
    expect(rows).toEqual([]);
  });

  async function expectRecords(id: string): Promise<void> {
    const cdrs = await eventually('every leg has its last record', async () => {
      const all = [...(await cluster.node(1).cdrs()), ...(await cluster.node(2).cdrs())];
      const last = all.filter((cdr) => cdr.billid === id && cdr.operation === 'finalize');
      return last.length >= 4 && last;
    });
    expect(cdrs).toHaveLength(4);
    for (const name of ['node1', 'node2']) {
      expect(cdrs.filter(({ nodename }) => nodename === name)).toHaveLength(2);
    }
    expect(new Set(cdrs.map(({ nodeprefix }) => nodeprefix))).toEqual(
      new Set(['cluster/node1/', 'cluster/node2/']),
    );
    expect(new Set(cdrs.map(({ status }) => status))).toEqual(new Set(['answered']));
  }
});
