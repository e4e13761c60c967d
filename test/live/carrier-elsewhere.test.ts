import path from 'node:path';
import { expect, test } from 'vitest';
import { eventually, pause } from '../harness/eventually.ts';
import { furnishOneTenant, proveBooks, sumsOf } from '../harness/one-tenant.ts';
import { isOver, isRefused, isUp, Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';

const CUSTOMER = '127.0.0.77';
const DIALLED = '12025550100';
const PLUGIN = path.join(import.meta.dirname, 'gateway-plugin.mjs');
const CALLS_MAX = 1;
/** Dead for money after 6 s; this machine is shared. */
const DEATH_MS = 40_000;

if (!hasNats) console.warn('SKIPPED, LOUDLY: no nats-server on this machine; run npm run setup');

interface ChargeRow {
  readonly side: string;
  readonly boot: string;
  readonly by: string;
  readonly node: string;
  readonly seconds: number;
}

const bySide = (a: ChargeRow, b: ChargeRow): number => a.side.localeCompare(b.side);

test.skipIf(!hasNats)(
  'a carrier’s leg on another node is held, limited and charged there, once, and a kill of that node frees it',
  { timeout: 180_000 },
  async () => {
    await using cluster = await ProcessCluster.start({
      conf: `[plugins]\nload=${PLUGIN}\n[gateway]\nnode=node2`,
    });
    await using phones = new Phones();
    const node = cluster.node(1);
    const carrier = await phones.at(node, 'carrier', '127.0.0.78');
    const came: string[] = [];
    carrier.onCall = (call) => {
      came.push(call.incoming?.request.via?.host ?? '');
      call.answer();
    };
    await furnishOneTenant(cluster, {
      source: CUSTOMER,
      carrier: carrier.address,
      balance: '100',
      trunk: { maxCalls: CALLS_MAX },
    });
    const customer = await phones.at(node, 'customer', CUSTOMER);
    const charges = async (): Promise<readonly ChargeRow[]> =>
      await cluster.database.query<ChargeRow>(`
        select c.side, c.boot, c.closed_by as by, c.billed_seconds as seconds,
          (select node from node_boots b where b.boot = c.boot) as node
        from charges c where c.amount > 0 order by charged_at, side`);
    const holds = async () =>
      await cluster.database.query<{
        side: string;
        node: string;
        answered: boolean;
      }>(`select h.side, b.node, h.answered_at is not null as answered
        from holds h join node_boots b using (boot) where not is_void order by side`);

    // Held by the node that runs the leg, and counted there, once for the cluster.
    const first = customer.call(DIALLED);
    await isUp(first);
    expect(came).toEqual([cluster.node(2).place.sipHost]);
    await eventually('both sides are held, and their answers written', async () => {
      const both = await holds();
      return both.length === 2 && both.every(({ answered }) => answered);
    });
    expect(await holds()).toEqual([
      { side: 'purchase', node: 'node2', answered: true },
      { side: 'sale', node: 'node1', answered: true },
    ]);
    expect((await isRefused(customer.call(DIALLED))).status).toBe(503);
    await first.hangUp();
    await eventually('the call is charged', async () => (await charges()).length === 2);
    expect((await charges()).toSorted(bySide)).toMatchObject([
      { side: 'purchase', by: 'owner', node: 'node2' },
      { side: 'sale', by: 'owner', node: 'node1' },
    ]);
    await eventually('its place is free', async () => (await holds()).length === 0);

    // kill -9 of the node that runs the carrier's leg, in the middle.
    const second = customer.call(DIALLED);
    await isUp(second);
    await eventually('its answer is written', async () =>
      (await holds()).every(({ answered }) => answered),
    );
    await pause(1_000);
    await cluster.node(2).kill();
    await isOver(second, 20_000);
    await eventually('all is closed', async () => (await charges()).length === 4, DEATH_MS);
    const [, , ...later] = await charges();
    expect(later.toSorted(bySide)).toMatchObject([
      { side: 'purchase', by: 'orphan', node: 'node2' },
      { side: 'sale', by: 'owner', node: 'node1' },
    ]);
    expect(await holds()).toEqual([]);
    expect(await sumsOf(cluster)).toMatchObject({ held: '0.000000', active: 0 });
    const [trunk] = await cluster.database.query<{ active: number }>(
      `select active from trunks where name = 'carrier-1'`,
    );
    expect(trunk).toEqual({ active: 0 });

    // Back, it replays what it has, and carries the next call; nothing is charged twice.
    await cluster.node(2).start();
    const third = customer.call(DIALLED);
    await isUp(third);
    await third.hangUp();
    await eventually('it is charged', async () => (await charges()).length === 6, DEATH_MS);
    await eventually('nothing is held', async () => (await holds()).length === 0);
    const [twice] = await cluster.database.query<{ entries: string; charges: string }>(`
      select count(*) as entries, count(distinct charge_id) as charges from ledger
      where kind in ('charge', 'cost')`);
    expect(twice).toEqual({ entries: '6', charges: '6' });
    await proveBooks(cluster);
  },
);
