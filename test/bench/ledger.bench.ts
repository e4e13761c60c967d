import { fileURLToPath } from 'node:url';
import { systemClock } from '@tandem/engine';
import { ledgerMigrations } from '@tandem/ledger';
import { type Lane, openStore, type Store } from '@tandem/store';
import { TestServer } from '@tandem/store/testing';
import { wholesaleMigrations } from '@tandem/wholesale';
import { admitCalls, type HoldRequest } from '../../packages/ledger/src/books/admit-calls.ts';
import { closeCalls, type CloseRecord } from '../../packages/ledger/src/books/close-calls.ts';
import { closeRecord, holdRequest } from '../../packages/ledger/test/money-bench.ts';
import { admissionLatency } from './admission-latency.ts';
import type { BenchResult, BenchRow } from './dispatch.bench.ts';
import { journalAndReplay } from './journal-replay.ts';

/*
 * Admission and settlement of three nodes on one real Postgres that syncs its log to the disk,
 * spread over 100 tenants and on one hot tenant; the rival is the plain transaction of two
 * statements per call (insert the record, update the balance) on as many connections, in the same
 * run. Then how long one admission takes beside 60,000 live calls, how fast the journal is
 * written, and the replay of a million records into the database.
 *
 *   npm run bench -- ledger [--json] [--records 100000]
 */

const NODES = 3;
const TENANTS = 100;
const CALLS = 30_000;
const RIVAL_CALLS = 3_000;
const BATCH = 200;
const JOURNAL_RECORDS = 1_000_000;

/** Measures admission, settlement and the journal. Takes some minutes, and 2 GB of disk. */
export async function run(records = JOURNAL_RECORDS): Promise<BenchResult> {
  await using server = await TestServer.start();
  await using store = await openStore({ url: server.url, clock: systemClock, poolSize: 12 });
  await store.migrate([wholesaleMigrations, ledgerMigrations]);
  const tenants = await makeTenants(store);
  const lanes = Array.from({ length: NODES }, (_, node) =>
    store.lane(`node${node}`, { poolSize: 2, statementTimeoutMs: 60_000 }),
  );
  const rows: BenchRow[] = [];
  for (const [what, payers] of [
    ['spread over 100 tenants', tenants],
    ['one hot tenant', tenants.slice(0, 1)],
  ] as const) {
    const requests = makeRequests(what, payers);
    const admitted = await measure(CALLS, () => admitAll(lanes, requests));
    rows.push({ what: `admission, ${what}`, value: admitted, unit: '/s', bound: 10_000 });
    const rival = await measure(RIVAL_CALLS, () => twoStatements(store, what, payers));
    const settled = await measure(CALLS, () => closeAll(lanes, requests));
    const ratio = Number((settled / rival).toFixed(1));
    rows.push({
      what: `settlement, ${what}`,
      value: settled,
      unit: '/s',
      bound: 10_000,
      rival,
      ratio,
    });
  }
  const boots = lanes.map((_, node) => `n${node}`);
  rows.push(...(await admissionLatency(store, boots, tenants)));
  rows.push(...(await journalAndReplay(store, tenants, records)));
  return { name: 'ledger', rows };
}

async function makeTenants(store: Store): Promise<string[]> {
  const rows = await store.call<{ id: bigint }>(
    `insert into tenants (name, currency, balance)
     select 'tenant' || n, 'USD', 1000000 from generate_series(1, ${TENANTS}) n returning id`,
  );
  await store.call(
    `insert into node_boots (node, boot, dead_after)
     select 'n' || n, 'n' || n, interval '1 hour' from generate_series(0, ${NODES - 1}) n`,
  );
  await store.call(
    'create table rival_cdrs (id text primary key, tenant_id bigint, price numeric)',
  );
  return rows.map(({ id }) => String(id));
}

function makeRequests(what: string, tenants: readonly string[]): HoldRequest[] {
  // As long as a hold's record is in real life.
  const record = JSON.stringify({ terms: {}, text: 'x'.repeat(500) });
  return Array.from({ length: CALLS }, (_, index) =>
    holdRequest(`${what}-${index}`, { tenantId: tenants[index % tenants.length] ?? null, record }),
  );
}

async function admitAll(lanes: readonly Lane[], requests: readonly HoldRequest[]): Promise<void> {
  await inBatches(lanes, requests, (lane, node, batch) => admitCalls(lane, `n${node}`, batch));
}

async function closeAll(lanes: readonly Lane[], requests: readonly HoldRequest[]): Promise<void> {
  const records: CloseRecord[] = requests.map(({ charge, tenantId }) =>
    closeRecord(charge, { tenantId }),
  );
  await inBatches(lanes, records, (lane, _, batch) => closeCalls(lane, batch));
}

/** Each node has two batches on their way. */
async function inBatches<T>(
  lanes: readonly Lane[],
  all: readonly T[],
  send: (lane: Lane, node: number, batch: readonly T[]) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async (lane: Lane, node: number): Promise<void> => {
    while (next < all.length) {
      const batch = all.slice(next, (next += BATCH));
      await send(lane, node, batch);
    }
  };
  await Promise.all(lanes.flatMap((lane, node) => [worker(lane, node), worker(lane, node)]));
}

async function twoStatements(store: Store, what: string, tenants: readonly string[]) {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < RIVAL_CALLS) {
      const index = next++;
      const tenant = tenants[index % tenants.length];
      await store.transaction(async (transaction) => {
        await transaction.query('insert into rival_cdrs values ($1, $2, 0.1)', [
          `${what}-${index}`,
          tenant,
        ]);
        await transaction.query('update tenants set balance = balance - 0.1 where id = $1', [
          tenant,
        ]);
      });
    }
  };
  await Promise.all(Array.from({ length: NODES * 2 }, worker));
}

/** Things done in a second. */
async function measure(count: number, work: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return Math.round((count * 1_000) / (performance.now() - startedMs));
}

function print(result: BenchResult): void {
  for (const { what, value, unit, bound, rival, ratio } of result.rows) {
    const limit = bound === undefined ? '' : `  (bound ${bound})`;
    const beside = rival === undefined ? '' : `  two statements ${rival}${unit}, ratio ${ratio}`;
    console.log(`${what.padEnd(44)} ${String(value).padStart(8)}${unit}${limit}${beside}`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const at = process.argv.indexOf('--records');
  const result = await run(at < 0 ? undefined : Number(process.argv[at + 1]));
  if (process.argv.includes('--json')) console.log(JSON.stringify(result));
  else print(result);
}
