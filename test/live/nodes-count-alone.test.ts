import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePort, type Phone, type PhoneCall } from '@tandem/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { isOver, isRefused, isUp, Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasSipp, Sipp } from '../harness/sipp.ts';

const CUSTOMER = '127.0.0.77';
/** Of a tenant whose calls are counted by the second. */
const PACED = '127.0.0.78';
/** Of one whose calls bear callers of a pool. */
const POOLED = '127.0.0.83';
const NUMBER = '12025550100';
const POOL = ['2001', '2002', '2003'];
/** Turns of a pool that a node leases at once. */
const BLOCK = 64;
const CALLS_MAX = 2;
const CALLS_PER_SECOND_MAX = 2;
/** Calls are let in a while after they came, and that while differs: a second of them. */
const LATE_CALLS = CALLS_PER_SECOND_MAX;
/** What is told by a poll, by the beats or by a signal; and the machine is shared. */
const PATIENCE_MS = 30_000;

function setUp(first: Phone, second: Phone, note: string): object {
  const carrier = { direction: 'outbound', breaker: { failures: 0 } };
  const tenant = { currency: 'USD', creditLimit: '1000', deck: 'sell-a', countries: 'any' };
  return {
    decks: [{ name: 'sell-a', kind: 'sell', currency: 'USD', rates: [{ prefix: '1', rate: '0' }] }],
    trunks: [
      { name: 'acme-in', direction: 'inbound', sources: [CUSTOMER] },
      { name: 'paced-in', direction: 'inbound', sources: [PACED] },
      { name: 'pooled-in', direction: 'inbound', sources: [POOLED] },
      { name: 'carrier-1', address: `sip:${first.address}`, ...carrier },
      { name: 'carrier-2', address: `sip:${second.address}`, ...carrier },
    ],
    profiles: [
      {
        name: 'std',
        order: 'quality',
        allowUnpriced: true,
        routes: [
          { trunk: 'carrier-1', priority: 1 },
          { trunk: 'carrier-2', priority: 2, prepend: note },
        ],
      },
      {
        name: 'pooled',
        allowUnpriced: true,
        routes: [{ trunk: 'carrier-1', callerPool: POOL }],
      },
      { name: 'plain', allowUnpriced: true, routes: [{ trunk: 'carrier-2' }] },
    ],
    tenants: [
      { name: 'pooled', trunks: ['pooled-in'], profile: 'pooled', ...tenant },
      { name: 'acme', trunks: ['acme-in'], profile: 'std', maxCalls: CALLS_MAX, ...tenant },
      {
        name: 'paced',
        trunks: ['paced-in'],
        profile: 'plain',
        maxCallsPerSecond: CALLS_PER_SECOND_MAX,
        ...tenant,
      },
    ],
  };
}

describe.skipIf(!hasNats || !hasSipp)('nodes that count calls alone', { timeout: 120_000 }, () => {
  let cluster: ProcessCluster;
  let phones: Phones;
  let node1: NodeProcess;
  let node2: NodeProcess;
  let first: Phone;
  let second: Phone;
  /** Whom calls went to, and with which callers. */
  const dialled: string[] = [];
  const callers: string[] = [];
  /** The carrier that refuses all. */
  let away = '';

  beforeAll(async () => {
    cluster = await ProcessCluster.start({ nodes: 2, conf: '[ledger]\nadmission=node' });
    phones = new Phones();
    [node1, node2] = [cluster.node(1), cluster.node(2)];
    [first, second] = [
      await phones.at(node1, 'first', '127.0.0.79'),
      await phones.at(node1, 'second', '127.0.0.80'),
    ];
    for (const [trunk, carrier] of [
      ['carrier-1', first],
      ['carrier-2', second],
    ] as const) {
      carrier.onCall = (call) => {
        dialled.push(trunk);
        callers.push(callerOf(call));
        if (away === trunk) call.reject(503);
        else call.answer();
      };
    }
    await apply('');
    await eventually('both nodes know the carriers', () => areKnown(), PATIENCE_MS);
    // Balances, by which they admit alone, nodes read every few seconds.
    for (const node of [node1, node2]) {
      const customer = await phones.at(node, 'paced', PACED);
      await eventually(`${node.name} admits`, () => isAdmitted(customer), PATIENCE_MS);
    }
  }, 120_000);
  afterAll(async () => {
    await phones?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  async function apply(note: string): Promise<void> {
    const file = path.join(cluster.directory, 'set-up.json');
    await writeFile(file, JSON.stringify(setUp(first, second, note)));
    const applied = await cluster.tandem(['apply', file, '--config', cluster.conf]);
    expect(applied, applied.stderr).toMatchObject({ code: 0 });
  }

  async function areKnown(): Promise<boolean> {
    const orders = await Promise.all([carriersAt(node1), carriersAt(node2)]);
    return orders.every((trunks) => trunks.length === 2);
  }

  async function admitted(customer: Phone): Promise<PhoneCall | undefined> {
    const call = customer.call(NUMBER);
    await eventually('an answer', () => call.answered.isOver || call.refused.isOver);
    return call.answered.isOver ? call : undefined;
  }

  async function isAdmitted(customer: Phone): Promise<boolean> {
    const call = await admitted(customer);
    await call?.hangUp();
    return call !== undefined;
  }

  async function oneCall(customer: Phone): Promise<void> {
    const call = customer.call(NUMBER);
    await isUp(call);
    await call.hangUp();
    await isOver(call);
  }

  test('callers of a pool are taken in turn over the cluster: each node has turns of its own', async () => {
    const [one, two] = [
      await phones.at(node1, 'pooled', POOLED),
      await phones.at(node2, 'pooled', POOLED),
    ];
    callers.length = 0;
    for (let turn = 0; turn < 4; turn++) {
      await oneCall(one);
      await oneCall(two);
    }
    const turnsOf = (from: number) => [0, 1, 2, 3].map((turn) => POOL[(from + turn) % POOL.length]);
    const [ofOne, ofTwo] = [0, BLOCK].map(turnsOf);
    const seen = [0, 1].map((parity) => callers.filter((_, at) => at % 2 === parity));
    // Whoever asked first has the first block.
    expect([
      [ofOne, ofTwo],
      [ofTwo, ofOne],
    ]).toContainEqual(seen);
    const rows = await cluster.database.query<{ next_turn: string }>(
      'select next_turn::text from caller_pool_turns',
    );
    expect(rows).toEqual([{ next_turn: String(2 * BLOCK) }]);
  });

  test('a carrier that does badly at one node comes last at the other, too', async () => {
    const [best = ''] = await carriersAt(node2);
    away = best;
    const customer = await phones.at(node1, 'customer', CUSTOMER);
    for (let turn = 0; turn < 8; turn++) await oneCall(customer);
    await eventually(
      'node2 has heard of it',
      async () => (await carriersAt(node2))[0] !== best,
      PATIENCE_MS,
    );
    dialled.length = 0;
    await oneCall(await phones.at(node2, 'customer', CUSTOMER));
    expect(dialled).not.toContain(best);
    away = '';
  });

  test('counts of calls and their pace outlive new decks, a new set-up, SIGHUP and reload', async () => {
    const customer = await phones.at(node1, 'customer', CUSTOMER);
    const calls = [customer.call(NUMBER), customer.call(NUMBER)];
    for (const call of calls) await isUp(call);
    await using paced = await Sipp.start({
      scenario: 'call-or-be-refused',
      remote: node1.sip,
      service: NUMBER,
      localHost: PACED,
      localPort: await freePort(PACED),
      callsPerSecond: 15,
      talkMs: 50,
    });
    for (const change of [newRate, newSetUp, hangUpSignal, reloadAll]) {
      await change();
      expect((await isRefused(customer.call(NUMBER))).status).toBe(503);
      await calls.shift()?.hangUp();
      // The one that was hung up is counted out once its other leg has ended, too.
      calls.push(await eventually('a place is free', () => admitted(customer)));
      expect((await isRefused(customer.call(NUMBER))).status).toBe(503);
    }
    paced.endGracefully();
    const { successful, failed, errors } = await paced.result();
    expect({ failed, errors }).toMatchObject({ failed: 0 });
    expect(successful).toBeGreaterThan(20);
    for (const call of calls) await call.hangUp();
    const { admitted: count, spanMs } = await eventually('all is written down', () => pace());
    expect(count).toBeLessThanOrEqual((spanMs / 1_000) * CALLS_PER_SECOND_MAX + 1 + LATE_CALLS);
  });

  async function newRate(): Promise<void> {
    await cluster.database.query('update rates set rate = rate + 0.01');
    await eventually('it is sold at', async () => (await sellRateAt(node1)) === '0.010000');
  }

  async function newSetUp(): Promise<void> {
    await apply('00');
    await eventually('the route is another', async () => {
      const { groups } = await routeTest(node1);
      return groups.some((group) => group.some(({ callto }) => callto.includes(`00${NUMBER}`)));
    });
  }

  async function hangUpSignal(): Promise<void> {
    const before = node1.output.split('read again').length;
    node1.signal('SIGHUP');
    await eventually('it has reloaded', () => node1.output.split('read again').length > before);
  }

  async function reloadAll(): Promise<void> {
    const reloaded = await cluster.tandem(['reload', '--api', node2.url('')]);
    expect(reloaded, reloaded.stderr).toMatchObject({ code: 0 });
  }

  /** How many calls of the paced tenant node1 let in, and in which time. */
  async function pace(): Promise<{ admitted: number; spanMs: number } | undefined> {
    const [row] = await cluster.database.query<{ admitted: string; span: string; active: number }>(
      `select count(*) as admitted, t.active,
          extract(epoch from max(start_time) - min(start_time)) as span
        from cdrs c join tenants t on t.id = c.tenant_id
        where t.name = 'paced' and c.node = 'node1' and leg = 'a' and status = 'answered'
        group by t.active`,
    );
    if (row === undefined || row.active > 0) return undefined;
    return { admitted: Number(row.admitted), spanMs: Number(row.span) * 1_000 };
  }
});

interface RouteTest {
  readonly sell: { readonly rate: string } | null;
  readonly groups: readonly (readonly { readonly trunk: string; readonly callto: string }[])[];
}

async function routeTest(node: NodeProcess): Promise<RouteTest> {
  return await node.api<RouteTest>(`/route-test?source=${CUSTOMER}&called=${NUMBER}`);
}

/** The carriers of the next call, in order. */
async function carriersAt(node: NodeProcess): Promise<readonly string[]> {
  return (await routeTest(node)).groups.flat().map(({ trunk }) => trunk);
}

async function sellRateAt(node: NodeProcess): Promise<string | undefined> {
  return (await routeTest(node)).sell?.rate;
}

/** The number in the From of a call that came in. */
function callerOf(call: PhoneCall): string {
  return /sip:([^@;>]+)@/.exec(call.incoming?.request.headers.get('From') ?? '')?.[1] ?? '';
}
