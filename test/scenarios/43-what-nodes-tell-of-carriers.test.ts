import { type CallBlock, type ExecuteParams, isRefusal } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { openTestStore } from '@tandem/store/testing';
import { type ClusterNode, ClusterRig } from '@tandem/testing';
import { createWholesalePlugin, wholesaleMigrations } from '@tandem/wholesale';
import { expect, test } from 'vitest';

const POOL = ['2001', '2002', '2003'];
/** Turns of a pool that a node leases at once. */
const BLOCK = 64;
/** News go out twice a second, counts every five seconds. */
const [NEWS_MS, COUNTS_MS] = [1_000, 6_000];

/** A tenant by its address, two carriers without price; the first one's callers take turns. */
async function fill(store: Store): Promise<void> {
  for (const statement of [
    `insert into rate_decks (name, kind, currency) values ('sell-a', 'sell', 'USD')`,
    `insert into rates (deck_id, rate) select id, 0.1 from rate_decks`,
    `insert into profiles (name, order_mode, is_unpriced_allowed) values ('std', 'quality', true)`,
    `insert into tenants (name, currency, deck_id, profile_id)
      select 'acme', 'USD', d.id, p.id from rate_decks d, profiles p`,
    `insert into trunks (name, direction, tenant_id, sources)
      select 'acme-in', 'inbound', id, '{10.1.0.7/32}' from tenants`,
    `insert into trunks (name, direction, address, breaker_failures, breaker_open_seconds)
      values ('carrier-1', 'outbound', 'sip:10.0.0.1', 2, 30),
        ('carrier-2', 'outbound', 'sip:10.0.0.2', 2, 30)`,
    `insert into routes (profile_id, trunk_id, position, priority, caller_pool)
      select p.id, k.id, row_number() over (order by k.name), row_number() over (order by k.name),
        case when k.name = 'carrier-1' then '{${POOL.join()}}'::text[] else '{}' end
        from profiles p, trunks k where k.direction = 'outbound'`,
  ]) {
    await store.call(statement);
  }
}

/** What one node makes of the tenant's next call: carriers in order, and the first one's caller. */
async function routeAt({ engine }: ClusterNode) {
  const params: CallBlock = {
    id: 'sip/x-1',
    module: 'sip',
    billid: 'x-1',
    callername: '',
    domain: '',
    listener: 'udp:127.0.0.1:5060',
    isPeer: false,
    hops: 0,
    username: '',
    caller: '12125550100',
    called: '4930123456',
    ip_host: '10.1.0.7',
    address: '10.1.0.7:5060',
  };
  const answer = await engine.bus.ask('call.route', params);
  const groups = answer === undefined || isRefusal(answer) ? [] : answer.groups;
  const branches = groups.flat().map(({ params: branch }) => branch);
  return { trunks: branches.map((branch) => branch?.trunk), caller: branches[0]?.caller };
}

test('43. breakers, quality and turns of callers are the cluster’s, not a node’s', async () => {
  await using database = await openTestStore({ migrations: [wholesaleMigrations] });
  await fill(database.store);
  await using rig = await ClusterRig.create();
  for (const { engine } of rig.nodes) {
    await engine.install(createWholesalePlugin(database.store, { seed: 1 }));
  }
  const [one, two] = [rig.node('node1'), rig.node('node2')];

  // Turns are leased in blocks: what one node has, the other never gives.
  const callers: (string | undefined)[] = [];
  for (let turn = 0; turn < 6; turn++) callers.push((await routeAt(one)).caller);
  expect(callers).toEqual([...POOL, ...POOL]);
  const other = await routeAt(two);
  expect(other.caller).toBe(POOL[BLOCK % POOL.length]);
  expect(other.trunks).toEqual(['carrier-1', 'carrier-2']);

  // A carrier that answers nobody at node1 comes last at node2, too.
  const record = { operation: 'finalize', direction: 'outgoing', isLateAnswer: false };
  for (const [trunk, talkMs] of [
    ['carrier-1', 0],
    ['carrier-2', 60_000],
  ] as const) {
    for (let call = 0; call < 20; call++) {
      await one.engine.bus.tell('call.cdr', { ...record, trunk, talkMs } as never);
    }
  }
  await rig.pass(COUNTS_MS);
  expect((await routeAt(two)).trunks).toEqual(['carrier-2', 'carrier-1']);

  // One that fails at node1 is left alone at node2, until its time is up; nobody tells it back.
  for (let call = 0; call < 2; call++) {
    const params = { id: `sip/${call}`, trunk: 'carrier-2', callto: 'none/x', attempt: 1 };
    const answer = await one.engine.bus.ask('call.execute', params as unknown as ExecuteParams);
    expect(answer).toMatchObject({ refused: 'noconn' });
  }
  await rig.pass(NEWS_MS);
  expect((await routeAt(one)).trunks).toEqual(['carrier-1']);
  expect((await routeAt(two)).trunks).toEqual(['carrier-1']);
  await rig.pass(31_000);
  expect((await routeAt(two)).trunks).toContain('carrier-2');

  // Cut off from each other, each goes by what it knows itself.
  rig.cut();
  for (let call = 0; call < 2; call++) {
    const params = { id: `sip/c${call}`, trunk: 'carrier-1', callto: 'none/x', attempt: 1 };
    await one.engine.bus.ask('call.execute', params as unknown as ExecuteParams);
  }
  await rig.pass(NEWS_MS);
  expect((await routeAt(one)).trunks).not.toContain('carrier-1');
  expect((await routeAt(two)).trunks).toContain('carrier-1');
  await rig.mend();
});
