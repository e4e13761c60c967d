import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { freePort, type Phone, type PhoneCall } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import type { NodeProcess } from '../harness/node-process.ts';
import { isOver, isUp, Phones } from '../harness/phones.ts';
import { hasNats, ProcessCluster } from '../harness/process-cluster.ts';
import { hasSipp, Sipp } from '../harness/sipp.ts';

if (!hasSipp) console.warn('SKIPPED, LOUDLY: no sipp on this machine; run npm run setup -- --test');

const CUSTOMER = '127.0.0.74';
const DIALLED = '12025550100';
/** Failures in a row that open the breaker, and how long it stays open. */
const BREAKER = { failures: 2, openSeconds: 2, probes: 1, codes: [503] };
const RATES = 20_000;
const CALLS = 60;
const CALLS_PER_SECOND = 15;
/** What an operator waits for a changed rate, and far beyond: this machine is shared. */
const PATIENCE_MS = 30_000;

/** A tenant known by its address; the number is rewritten for the first of two carriers. */
function setUp(first: Phone, second: Phone): object {
  const carrier = { direction: 'outbound', deck: 'buy-a', breaker: BREAKER };
  return {
    decks: [
      { name: 'sell-a', kind: 'sell', currency: 'USD', rates: [{ prefix: '1', rate: '0.60' }] },
      { name: 'buy-a', kind: 'buy', currency: 'USD', rates: [{ prefix: '', rate: '0.10' }] },
    ],
    trunks: [
      { name: 'acme-in', direction: 'inbound', sources: [CUSTOMER] },
      { name: 'carrier-1', address: `sip:${first.address}`, ...carrier },
      { name: 'carrier-2', address: `sip:${second.address}`, ...carrier },
    ],
    profiles: [
      {
        name: 'std',
        routes: [
          { trunk: 'carrier-1', priority: 1, rewriteCalled: 's/^1/001/' },
          { trunk: 'carrier-2', priority: 2 },
        ],
      },
    ],
    tenants: [
      {
        name: 'acme',
        currency: 'USD',
        creditLimit: '1000',
        deck: 'sell-a',
        profile: 'std',
        trunks: ['acme-in'],
        countries: 'any',
      },
    ],
  };
}

describe.skipIf(!hasNats || !hasSipp)('wholesale on three nodes', () => {
  test(
    'one apply: carriers fail over from the original number, a breaker opens and is probed, and a rate changed by hand is in force everywhere while calls run',
    { timeout: 180_000 },
    async () => {
      await using cluster = await ProcessCluster.start();
      await using phones = new Phones();
      const node = cluster.node(1);
      const [first, second] = [
        await phones.at(node, 'first', '127.0.0.75'),
        await phones.at(node, 'second', '127.0.0.76'),
      ];
      const dialled: string[] = [];
      let isFirstDown = false;
      first.onCall = (call) => {
        dialled.push(`first ${calledOf(call)}`);
        if (isFirstDown) call.reject(503);
        else call.answer();
      };
      second.onCall = (call) => {
        dialled.push(`second ${calledOf(call)}`);
        call.answer();
      };
      const file = path.join(cluster.directory, 'set-up.json');
      await writeFile(file, JSON.stringify(setUp(first, second)));
      const applied = await cluster.tandem(['apply', file, '--config', cluster.conf]);
      expect(applied, applied.stderr).toMatchObject({ code: 0 });
      await everyNode(cluster, 'goes by the set-up', async (one) => {
        return (await one.sellRate()) === '0.600000';
      });

      // The tenant's address, a program of its own: the first carrier gets the rewritten number.
      await calls(node, 1);
      expect(dialled.splice(0)).toEqual([`first 00${DIALLED}`]);

      const customer = await phones.at(node, 'customer', CUSTOMER);
      const call = async (): Promise<readonly string[]> => {
        const placed = customer.call(DIALLED);
        await isUp(placed);
        await placed.hangUp();
        await isOver(placed);
        return dialled.splice(0);
      };
      const both = [`first 00${DIALLED}`, `second ${DIALLED}`];
      isFirstDown = true;
      expect(await call()).toEqual(both);
      expect(await call()).toEqual(both);
      // Its breaker is open: it is not even asked, here or at the sisters.
      expect(await call()).toEqual([both[1]]);
      await everyNode(cluster, 'leaves the carrier alone', async (one) => {
        return (await one.breaker()) !== 'closed';
      });

      isFirstDown = false;
      await eventually('its time is up', async () => (await breakerAt(node)) === 'halfOpen');
      expect(await call()).toEqual([both[0]]);
      expect(await breakerAt(node)).toBe('closed');

      // Twenty thousand rates, and a hand that changes one while calls run.
      await cluster.database.query(
        `insert into rates (deck_id, prefix, rate, effective_at)
          select id, '2' || n, 0.5, 'epoch' from rate_decks, generate_series(1, ${RATES}) n
          where name = 'sell-a'`,
      );
      const running = calls(node, CALLS);
      await setRate(cluster, '0.70');
      await everyNode(cluster, 'sells at the new rate', async (one) => {
        return (await one.sellRate()) === '0.700000';
      });
      await cluster.database.query('alter table rate_decks disable trigger rate_decks_hint');
      await setRate(cluster, '0.80');
      await everyNode(cluster, 'finds it without a hint', async (one) => {
        return (await one.sellRate()) === '0.800000';
      });
      const versions = await eventually('all show one version', async () => {
        const { nodes } = await node.api<{ nodes: NodeDecks[] }>('/nodes');
        const seen = new Set(nodes.map(({ decks }) => JSON.stringify(decks)));
        return nodes.length === 3 && seen.size === 1 && [...seen];
      });
      expect(versions).toHaveLength(1);
      await running;
    },
  );
});

interface NodeDecks {
  readonly decks: readonly { readonly name: string; readonly version: number }[];
}

/** What a node says of the tenant's call. */
interface Judged {
  sellRate(): Promise<string | undefined>;
  breaker(): Promise<string | undefined>;
}

async function everyNode(
  cluster: ProcessCluster,
  what: string,
  holds: (judged: Judged) => Promise<boolean>,
): Promise<void> {
  await Promise.all(
    cluster.nodes.map(async (node) => {
      const judged = {
        sellRate: async () => await sellRateAt(node),
        breaker: async () => await breakerAt(node),
      };
      await eventually(`${node.name} ${what}`, async () => await holds(judged), PATIENCE_MS);
    }),
  );
}

async function sellRateAt(node: NodeProcess): Promise<string | undefined> {
  const question = `/route-test?source=${CUSTOMER}&called=${DIALLED}`;
  return (await node.api<{ sell?: { rate: string } | null }>(question)).sell?.rate;
}

async function breakerAt(node: NodeProcess): Promise<string | undefined> {
  const trunk = await node.api<{ onNode?: { breaker: string } | null }>('/trunks/carrier-1');
  return trunk.onNode?.breaker;
}

async function setRate(cluster: ProcessCluster, rate: string): Promise<void> {
  await cluster.database.query(`update rates set rate = ${rate} where prefix = '1'`);
}

/** Calls of the tenant by SIPp; none may fail. */
async function calls(node: NodeProcess, count: number): Promise<void> {
  const result = await Sipp.run({
    scenario: 'call-from-known-source',
    remote: node.sip,
    service: DIALLED,
    localHost: CUSTOMER,
    localPort: await freePort(CUSTOMER),
    calls: count,
    callsPerSecond: CALLS_PER_SECOND,
  });
  expect(result, result.errors).toMatchObject({ successful: count, failed: 0 });
}

/** The number in the request URI of a call that came in. */
function calledOf(call: PhoneCall): string {
  return /^sip:([^@;]+)@/.exec(call.incoming?.request.uri ?? '')?.[1] ?? '';
}
