import { parseArgs } from 'node:util';
import { loadavg } from 'node:os';
import type { NodeRow } from '@tandem/console';
import { freePort } from '@tandem/testing';
import { fillDeck, samplePrefixes } from '../bench/deck-sample.ts';
import { eventually, pause } from '../harness/eventually.ts';
import { furnishOneTenant, sumsOf } from '../harness/one-tenant.ts';
import { ProcessCluster } from '../harness/process-cluster.ts';
import { Sipp } from '../harness/sipp.ts';

// npm run trial -- rate-changes [--rates 200000] [--changes 10] [--calls-per-second 10]: a rate of a
// large deck is changed by SQL, again and again, first with the hint of the database and then with
// the hint lost, so that only the poll finds it; SIPp calls each of three nodes meanwhile. Printed
// is how long it took until all three went by it; no call may be charged by an older rate than one
// of six seconds before it, and none may fail.

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '200000' },
    changes: { type: 'string', default: '10' },
    'calls-per-second': { type: 'string', default: '10' },
  },
});
const changes = Number(values.changes);
const callsPerSecond = Number(values['calls-per-second']);
/** What the trial allows from the commit to the last node. */
const WITHIN_MS = 6_000;
/** Beyond this a change is given up. */
const PATIENCE_MS = 60_000;
const SOURCE = '127.0.0.71';
const CARRIER = '127.0.0.72';
const DECK = 'sell-a';
const NUMBER = '12025550100';

interface Change {
  readonly isHinted: boolean;
  readonly rate: string;
  /** By the database's clock, epoch ms. */
  readonly at: number;
  readonly tookMs: number;
}

const carrierPort = await freePort(CARRIER);
await using _carrier = await Sipp.start({
  scenario: 'answer',
  localHost: CARRIER,
  localPort: carrierPort,
});
await using cluster = await ProcessCluster.start();
await furnishOneTenant(cluster, {
  source: SOURCE,
  carrier: `${CARRIER}:${carrierPort}`,
  balance: '100000',
  tenant: { maxRate: '10.00' },
});
await fillDeck(cluster.database.url, DECK, samplePrefixes(Number(values.rates)), 0.5);
await cluster.database.query(
  `insert into rates (deck_id, prefix, rate, first, next)
    select id, $2, 0.6, 1, 1 from rate_decks where name = $1`,
  [DECK, NUMBER],
);
await inForce(await versionNow());

const callers = await Promise.all(
  cluster.nodes.map(async ({ sip }) =>
    Sipp.start({
      scenario: 'call-from-known-source',
      remote: sip,
      service: NUMBER,
      localHost: SOURCE,
      localPort: await freePort(SOURCE),
      callsPerSecond,
    }),
  ),
);
const made: Change[] = [];
const startLoad = loadOfMachine();
for (const isHinted of [true, false]) {
  if (!isHinted) {
    await cluster.database.query('alter table rate_decks disable trigger rate_decks_hint');
  }
  for (let turn = 0; turn < changes; turn++) {
    // At any moment between two polls.
    await pause(500 + ((turn * 7_919) % 3_000));
    made.push(await change(isHinted));
  }
}
for (const caller of callers) caller.endGracefully();
const results = await Promise.all(callers.map(async (caller) => await caller.result()));
await eventually('all is settled', async () => (await sumsOf(cluster)).active === 0, PATIENCE_MS);

const calls = results.reduce((sum, { successful }) => sum + successful, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
const stale = await staleCalls();
const slow = made.filter(({ tookMs }) => tookMs > WITHIN_MS).length;
for (const isHinted of [true, false]) {
  const took = made.filter((one) => one.isHinted === isHinted).map(({ tookMs }) => tookMs);
  const spans = took.toSorted((one, other) => one - other).map((ms) => (ms / 1_000).toFixed(2));
  const how = isHinted ? 'with the hint' : 'by the poll alone';
  process.stdout.write(`${how}: all nodes after ${spans.join(', ')} s\n`);
}
process.stdout.write(
  `${calls} calls, ${failed} failed, ${stale} by a rate older than ${WITHIN_MS} ms; load of the machine ${startLoad.toFixed(1)} to ${loadOfMachine().toFixed(1)}\n`,
);
process.exitCode = slow + failed + stale === 0 && calls > 0 ? 0 : 1;

/** Raises the number's rate by hand; waits until every node goes by it. */
async function change(isHinted: boolean): Promise<Change> {
  const [row] = await cluster.database.query<{ rate: string; at: string }>(
    `update rates set rate = rate + 0.0001 where prefix = $1
      returning rate::text, extract(epoch from clock_timestamp()) * 1000 as at`,
    [NUMBER],
  );
  const startMs = performance.now();
  await inForce(await versionNow());
  return {
    isHinted,
    rate: row?.rate ?? '',
    at: Number(row?.at),
    tookMs: performance.now() - startMs,
  };
}

function loadOfMachine(): number {
  return loadavg().at(0) ?? 0;
}

async function versionNow(): Promise<number> {
  const [deck] = await cluster.database.query<{ version: string }>(
    'select version from rate_decks where name = $1',
    [DECK],
  );
  return Number(deck?.version);
}

async function inForce(version: number): Promise<void> {
  await eventually(
    `all nodes go by version ${version}`,
    async () => {
      const { nodes } = await cluster.node(1).api<{ nodes: NodeRow[] }>('/nodes');
      const know = nodes.filter(({ decks }) =>
        decks.some((deck) => deck.name === DECK && deck.version >= version),
      );
      return know.length === cluster.nodes.length;
    },
    PATIENCE_MS,
  );
}

/** Calls whose price was older than it may be when they began. */
async function staleCalls(): Promise<number> {
  const rows = await cluster.database.query<{ rate: string; at: string }>(
    `select sell_rate::text as rate, extract(epoch from start_time) * 1000 as at
      from cdrs where leg = 'a' and kind = 'call'`,
  );
  return rows.filter(({ rate, at }) => {
    const due = made.findLast((one) => one.at + WITHIN_MS <= Number(at));
    return due !== undefined && Number(rate) < Number(due.rate);
  }).length;
}
