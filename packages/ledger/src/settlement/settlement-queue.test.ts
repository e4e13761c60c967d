import { silentLog, systemClock, TandemError, TimerWheel } from '@tandem/engine';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { closeRecord, holdRequest, openMoneyBench } from '../../test/money-bench.ts';
import { admitCalls } from '../books/admit-calls.ts';
import { writeRecord } from '../books/close-calls.ts';
import type { MoneyCaller } from '../books/money-caller.ts';
import { Journal } from '../journal/journal.ts';
import { SettlementQueue } from './settlement-queue.ts';

const CALLS = 120;
/** Far fewer than there will be. */
const IN_MEMORY_MAX = 15;

test('records that do not fit into memory while the database is away are settled without a restart', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tandem-queue-'));
  await using bench = await openMoneyBench();
  const { store } = bench;
  const tenantId = await bench.tenant('acme', { balance: '100' });
  await bench.boot('b1');
  const charges = Array.from({ length: CALLS }, (_, index) => `c${index}`);
  await admitCalls(
    store,
    'b1',
    charges.map((charge) => holdRequest(charge, { tenantId })),
  );
  let isAway = true;
  const caller: MoneyCaller = {
    async call<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      if (isAway) throw new TandemError('STORE_UNREACHABLE');
      return await store.call<Row>(text, values);
    },
  };
  const clock = systemClock;
  const log = silentLog;
  const segmentBytesMax = 20_000;
  const options = { directory, node: 'node1', boot: 'b1', clock, log, segmentBytesMax };
  const journal = await Journal.open(options);
  const settled = new Set<string>();
  const queue = new SettlementQueue({
    caller,
    journal,
    wheel: new TimerWheel(clock),
    log,
    onSettled: (answers) => {
      for (const { charge } of answers) settled.add(charge);
    },
    recordsInMemoryMax: IN_MEMORY_MAX,
  });
  for (const charge of charges) {
    const record = closeRecord(charge, { tenantId });
    queue.add(writeRecord(record), await journal.append({ kind: 'close', record }));
  }
  expect(journal.owed).toBe(CALLS);
  await expect.poll(() => queue.counts.retries).toBeGreaterThan(0);
  expect(settled.size).toBe(0);

  isAway = false;
  queue.hurry();
  await expect.poll(() => queue.isIdle, { timeout: 10_000 }).toBe(true);
  expect(settled.size).toBe(CALLS);
  expect(queue.counts.charged).toBe(CALLS);
  expect(journal.owed).toBe(0);
  // What comes now is in memory again.
  const record = closeRecord('last', { tenantId });
  queue.add(writeRecord(record), await journal.append({ kind: 'close', record }));
  await expect.poll(() => settled.has('last'), { timeout: 10_000 }).toBe(true);
  await queue.close();
  await journal.rotate();
  const owed = async (): Promise<string[]> =>
    (await readdir(directory)).filter((name) => name.endsWith('.journal'));
  await expect.poll(owed, { timeout: 10_000 }).toEqual([]);
  await journal.close();
  expect(await bench.query('select balance, held, active from tenants')).toEqual([
    { balance: '87.900000', held: '0.000000', active: 0 },
  ]);
  expect(await bench.contradictions()).toEqual([]);
  await rm(directory, { recursive: true });
});
