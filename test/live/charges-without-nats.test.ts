import path from 'node:path';
import { expect, test } from 'vitest';
import { eventually, pause } from '../harness/eventually.ts';
import { furnishOneTenant, proveBooks } from '../harness/one-tenant.ts';
import { isOver, isUp, Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';

const CUSTOMER = '127.0.0.79';
const DIALLED = '12025550100';
const PLUGIN = path.join(import.meta.dirname, 'gateway-plugin.mjs');
/** A leg that hears nothing of its other half for so long is ended. */
const GRACE_SECONDS = 4;
/** Longer than it takes the database to find a node dead. */
const AWAY_MS = 9_000;
/** Talk before NATS goes. */
const TALKED_MS = 1_000;

if (!hasNats) console.warn('SKIPPED, LOUDLY: no nats-server on this machine; run npm run setup');

interface ChargeRow {
  readonly side: string;
  readonly by: string;
  readonly seconds: number;
  readonly call: string;
}

test.skipIf(!hasNats)(
  'without NATS nobody is dead for money: calls go on and are charged by their own nodes; one whose far half fell silent is billed to its last word',
  { timeout: 120_000 },
  async () => {
    await using cluster = await ProcessCluster.start({
      nodes: 2,
      conf: `[plugins]\nload=${PLUGIN}\n[gateway]\nnode=node2`,
      settings: [`nats.legGraceSeconds=${GRACE_SECONDS}`],
    });
    await using phones = new Phones();
    const [node1, node2] = [cluster.node(1), cluster.node(2)];
    const carrier = await phones.at(node1, 'carrier', '127.0.0.80');
    await furnishOneTenant(cluster, {
      source: CUSTOMER,
      carrier: carrier.address,
      balance: '100',
    });
    const customer = await phones.at(node1, 'customer', CUSTOMER);
    const other = await phones.at(node2, 'customer', CUSTOMER);

    // One call from node1 to the carrier by node2, one that node2 has to itself.
    const beganMs = performance.now();
    const far = carrier.nextCall();
    const crossing = customer.call(DIALLED);
    const callee = await far;
    callee.answer();
    await isUp(crossing);
    const near = carrier.nextCall();
    const local = other.call(DIALLED);
    (await near).answer();
    await isUp(local);
    await pause(TALKED_MS);

    await cluster.nats.stop();
    // The callee hangs up, and node1 cannot hear of it.
    await callee.hangUp();
    const talkedMs = performance.now() - beganMs;
    await pause(AWAY_MS);
    expect(local.ended.isOver).toBe(false);
    expect(crossing.ended.isOver).toBe(true);
    const boots = await cluster.database.query(`select node, state from node_boots order by node`);
    expect(boots).toEqual([
      { node: 'node1', state: 'live' },
      { node: 'node2', state: 'live' },
    ]);

    await cluster.nats.resume();
    await local.hangUp();
    await isOver(local);
    const charges = await eventually('all is charged', async () => {
      const rows = await cluster.database.query<ChargeRow>(`
        select c.side, c.closed_by as by, c.billed_seconds as seconds, r.call_id as call
        from charges c join cdrs r on r.cdr_id = c.charge_id order by c.billed_seconds, c.side`);
      return rows.length === 4 && rows;
    });
    expect(charges.map(({ by }) => by)).toEqual(['owner', 'owner', 'owner', 'owner']);
    const shortest = charges[0]!.call;
    const crossed = charges.filter(({ call }) => call === shortest);
    expect(crossed).toHaveLength(2);
    for (const { seconds } of crossed) {
      expect(seconds).toBeLessThanOrEqual(Math.ceil(talkedMs / 1_000));
    }
    for (const { seconds, call } of charges) {
      if (call !== shortest) expect(seconds).toBeGreaterThanOrEqual((TALKED_MS + AWAY_MS) / 1_000);
    }
    await proveBooks(cluster);
  },
);
