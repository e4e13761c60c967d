import { definePlugin } from '@tandem/engine';
import { createLedgerPlugin } from '@tandem/ledger';
import type { WholesaleFacts } from '@tandem/messages';
import { answered, ClusterRig, failed, gone, hangup, progress } from '@tandem/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { terms } from '../../test/charged-calls.ts';
import { openMoneyBench } from '../../test/money-bench.ts';
import { readCarriage } from './carriage.ts';

/** As long as a beat takes on a busy machine; a node that was killed sends none. */
const BEAT_MS = 200;

/** Two nodes with a ledger each, on one database: 49302 leads from node1 to a carrier at node2. */
async function openTwoNodes(trunkCallsMax?: number) {
  const bench = await openMoneyBench();
  const tenantId = await bench.tenant('acme', { balance: '10' });
  const trunkId = await bench.trunk('carrier-1', trunkCallsMax);
  const buy = terms({ deck: 'buy-a', rateMicrosPerMinute: 40_000n });
  const facts: WholesaleFacts = {
    tenant: { id: BigInt(tenantId), name: 'acme', currency: 'USD' },
    callerIn: '+49891',
    calledIn: '0049302',
    caller: '49891',
    called: '49302',
    sell: terms(),
    profile: { name: 'std', version: 3 },
    buy: new Map([['carrier-1', { trunkId: BigInt(trunkId), trunk: 'carrier-1', terms: buy }]]),
  };
  const rig = await ClusterRig.create();
  const directories: string[] = [];
  for (const { engine, identity } of rig.nodes) {
    const directory = await mkdtemp(join(tmpdir(), 'tandem-carriage-'));
    directories.push(directory);
    const wholesale = definePlugin({
      name: 'wholesale',
      setup: (scope) =>
        scope.handle('call.route', { priority: 60 }, ({ facts: known, params }) => {
          if (!params.isPeer) known.wholesale = facts;
        }),
    });
    await engine.install(wholesale);
    await engine.install(createLedgerPlugin({ store: bench.store, identity, directory }));
  }
  const beats = async (): Promise<string> =>
    JSON.stringify(
      await bench.query(`select boot, beats::text from node_boots where state = 'live' order by 1`),
    );
  /**
   * Turns the clock of both, with time for the database: a lease whose beats are not answered for
   * some seconds of that clock would be over.
   */
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 1_000) {
      const before = await beats();
      await rig.pass(Math.min(left, 1_000));
      const isWholeSecond = left >= 1_000;
      const until = performance.now() + (isWholeSecond ? BEAT_MS : 5);
      do await new Promise((resolve) => setTimeout(resolve, 5));
      while (performance.now() < until && (await beats()) === before);
    }
  };
  const route = (...calltos: readonly string[]): void => {
    const groups = calltos.map((callto) => [{ callto, params: { trunk: 'carrier-1' } }]);
    rig.node('node1').routes.set('49302', { groups });
  };
  route('cluster/node2/test/carrier');
  await pass(2_000);
  return {
    bench,
    rig,
    pass,
    route,
    legs: (node: string, count: number) =>
      expect
        .poll(
          async () => {
            await pass(10);
            return rig.node(node).legs.length;
          },
          { timeout: 10_000 },
        )
        .toBe(count),
    /** Waits until so many records are settled. */
    settled: (count: number) =>
      expect
        .poll(
          async () => {
            await pass(200);
            return Number((await bench.query('select count(*) from charges'))[0]!['count']);
          },
          { timeout: 20_000 },
        )
        .toBe(count),
    async [Symbol.asyncDispose]() {
      await rig[Symbol.asyncDispose]();
      for (const directory of directories) await rm(directory, { recursive: true });
      await bench[Symbol.asyncDispose]();
    },
  };
}

const CDRS = `select leg, node, attempt, status, tenant_name, vendor_trunk, sell_amount, buy_amount,
  buy_billed_s, call_id, rated_caller, rated_called from cdrs order by leg, attempt`;

describe('a carrier’s leg on another node than the caller’s', () => {
  test('is held and charged there, once, as part of the same call', async () => {
    await using nodes = await openTwoNodes();
    const { bench, rig, pass } = nodes;
    const caller = rig.node('node1').call('49302');
    await nodes.legs('node2', 1);
    const carrier = rig.node('node2').phone('carrier');
    carrier.tell(progress('d'));
    await pass(1_000);
    // Nobody waits for the hold of a carrier without limits.
    await expect
      .poll(() => bench.query(`select boot, side from holds order by side desc`), {
        timeout: 10_000,
      })
      .toEqual([
        { boot: 'b1', side: 'sale' },
        { boot: 'b2', side: 'purchase' },
      ]);
    carrier.tell(answered('d'));
    await pass(12_000);
    caller.tell(hangup('caller'));
    caller.tell(gone());
    await pass(200);
    carrier.tell(gone());
    await nodes.settled(2);
    const [sale, purchase] = await bench.query(CDRS);
    expect(sale).toMatchObject({
      leg: 'a',
      node: 'node1',
      sell_amount: '0.020000',
      rated_called: '49302',
    });
    expect(purchase).toMatchObject({
      leg: 'b',
      node: 'node2',
      attempt: 1,
      status: 'answered',
      tenant_name: 'acme',
      vendor_trunk: 'carrier-1',
      rated_caller: '49891',
      rated_called: '49302',
      call_id: sale!['call_id'],
    });
    expect(Number(purchase!['buy_billed_s'])).toBeGreaterThanOrEqual(12);
    expect(Number(purchase!['buy_billed_s'])).toBeLessThanOrEqual(13);
    expect(await bench.query('select count(*) from holds')).toEqual([{ count: '0' }]);
    expect(await bench.contradictions()).toEqual([]);
  });

  test('is charged nothing when it fails, and the next carrier is owed', async () => {
    await using nodes = await openTwoNodes();
    const { bench, rig, pass } = nodes;
    nodes.route('cluster/node2/test/first', 'test/second');
    const caller = rig.node('node1').call('49302');
    await nodes.legs('node2', 1);
    rig.node('node2').phone('first').tell(failed(503));
    await nodes.legs('node1', 1);
    rig.node('node1').phone('second').tell(answered('d'));
    await pass(6_000);
    caller.tell(hangup('caller'));
    caller.tell(gone());
    rig.node('node1').phone('second').tell(gone());
    await nodes.settled(3);
    expect(await bench.query(CDRS)).toMatchObject([
      { leg: 'a', node: 'node1', attempt: 0, sell_amount: '0.010000' },
      { leg: 'b', node: 'node2', attempt: 1, status: 'failed', buy_amount: '0.000000' },
      { leg: 'b', node: 'node1', attempt: 2, status: 'answered', buy_amount: '0.004000' },
    ]);
    expect(await bench.contradictions()).toEqual([]);
  });

  test('counts among the carrier’s calls of the whole cluster', async () => {
    await using nodes = await openTwoNodes(1);
    const { bench, rig, pass } = nodes;
    await pass(6_000);
    const first = rig.node('node1').call('49302');
    await nodes.legs('node2', 1);
    rig.node('node2').phone('carrier').tell(answered('d'));
    await pass(1_000);
    const second = rig.node('node1').call('49302');
    await expect
      .poll(
        async () => {
          await pass(50);
          return second.lastOf('failed')?.status;
        },
        { timeout: 10_000 },
      )
      .toBe(503);
    second.tell(gone());
    expect(rig.node('node2').legs).toHaveLength(1);
    first.tell(hangup('caller'));
    first.tell(gone());
    await pass(200);
    rig.node('node2').phone('carrier').tell(gone());
    await nodes.settled(3);
    expect(await bench.contradictions()).toEqual([]);
  });

  test('is closed from its own hold when its node dies, and the tenant’s call by its own node', async () => {
    await using nodes = await openTwoNodes();
    const { bench, rig, pass } = nodes;
    const caller = rig.node('node1').call('49302');
    await nodes.legs('node2', 1);
    rig.node('node2').phone('carrier').tell(answered('d'));
    await pass(8_000);
    await expect
      .poll(
        async () => {
          // A beat waits for the disk to have what ended before it.
          await pass(1_000);
          return await bench.query('select from holds where answered_at is not null');
        },
        { timeout: 30_000 },
      )
      .toHaveLength(2);
    rig.node('node2').kill();
    // What nobody hears any more of a boot is the same as a boot that is dead.
    await rig.node('node2').engine.stop();
    await bench.query(`update node_boots set state = 'dead' where boot = 'b2'`);
    await pass(3_000);
    caller.tell(hangup('caller'));
    caller.tell(gone());
    // The record of a call whose other half says nothing more is written five seconds later.
    await pass(6_000);
    await nodes.settled(2);
    const [sale, purchase] = await bench.query(CDRS);
    expect(Number(purchase!['buy_amount'])).toBeGreaterThan(0);
    expect(Number(sale!['sell_amount'])).toBeGreaterThan(0);
    expect(await bench.contradictions()).toEqual([]);
  });
});

describe('what a sister says of a carrier', () => {
  test('is believed only in its own form', () => {
    const sound = {
      trunkId: '7',
      trunk: 'carrier-1',
      currency: 'USD',
      terms: null,
      tenantId: null,
      tenant: null,
      attempt: 1,
      callerIn: '',
      calledIn: '',
      route: null,
    };
    expect(readCarriage({ carriage: sound })).toEqual(sound);
    for (const part of [
      { trunkId: 'x' },
      { trunkId: 7 },
      { tenantId: '1; drop table' },
      { attempt: '1' },
      { terms: { rate: 'much' } },
      { route: 5 },
    ]) {
      expect(readCarriage({ carriage: { ...sound, ...part } as never })).toBeUndefined();
    }
    expect(readCarriage({ carriage: 'carrier-1' as never })).toBeUndefined();
    expect(readCarriage({})).toBeUndefined();
  });
});
