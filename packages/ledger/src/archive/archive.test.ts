import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseDesk } from '../desk/database-desk.ts';
import { describe, expect, test } from 'vitest';
import { closeRecord, openMoneyBench } from '../../test/money-bench.ts';
import { closeCalls } from '../books/close-calls.ts';
import { explainCall } from '../proof/explain.ts';
import { proofVerbs } from '../proof/proof-verbs.ts';
import { reconcile, reconcilePeriod } from '../proof/reconcile.ts';
import { collectDailyStatistics } from '../statistics/daily-statistics.ts';
import { archiveMonth, dropArchive } from './archive-cdrs.ts';
import { archiveVerb } from './archive-verb.ts';

const DAY_MS = 86_400_000;

/** Calls of one day three months ago, in a partition of their own, and one of today. */
async function openAged() {
  const bench = await openMoneyBench();
  const tenantId = await bench.tenant('acme', { balance: '10' });
  const trunkId = await bench.trunk('carrier');
  const now = new Date();
  const from = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 3);
  const month = new Date(from).toISOString().slice(0, 7);
  const startedAt = from + 10 * DAY_MS;
  const end = new Date(startedAt + 60_000).toISOString();
  const common = { currency: 'USD', tenant_name: 'acme', end_time: end };
  await bench.query('select prepare_cdr_months_1($1, 1)', [new Date(from)]);
  await closeCalls(bench.store, [
    closeRecord('old', { tenantId, startedAt, cdr: common }),
    closeRecord('old-buy', {
      side: 'purchase',
      trunkId,
      startedAt,
      amount: '0.040000',
      cdr: { ...common, tenant_id: tenantId, vendor_trunk: 'carrier' },
    }),
    closeRecord('new', { tenantId, startedAt: Date.now(), cdr: common }),
  ]);
  return { bench, tenantId, from, month, startedAt, common };
}

describe('records that are archived', () => {
  test('leave their sums: the books still agree, whole and by period; statistics stay', async () => {
    const { bench, tenantId, from, month, startedAt, common } = await openAged();
    await using _ = bench;
    expect(await archiveMonth(bench.store, month)).toBe(2);
    expect(await dropArchive(bench.store, month)).toBe(true);
    expect(await dropArchive(bench.store, month)).toBe(false);
    expect(await archiveMonth(bench.store, month)).toBe('archived before');
    expect(await bench.query('select cdr_id from cdrs')).toEqual([{ cdr_id: 'new' }]);
    expect(await reconcile(bench.store, 0)).toMatchObject({ isClean: true, calls: 2 });
    const period = { fromAt: from, toAt: from + 20 * DAY_MS };
    expect(await reconcilePeriod(bench.store, 0, period)).toMatchObject({
      isClean: true,
      calls: 1,
      ...period,
    });
    expect(await reconcilePeriod(bench.store, 0, { ...period, fromAt: from + 1 })).toMatch(
      /are archived: begin and end at midnight/,
    );
    // A correction that comes after all stands beside the archive, and is counted once.
    await bench.query(`update charges set closed_by = 'orphan' where charge_id = 'old'`);
    await closeCalls(bench.store, [
      closeRecord('old', { tenantId, startedAt, amount: '0.300000', cdr: common }),
    ]);
    await collectDailyStatistics(bench.store);
    await bench.query('select collect_daily_statistics_2($1::date)', [`${month}-11`]);
    expect(await reconcile(bench.store, 0)).toMatchObject({ isClean: true });
    expect(await reconcilePeriod(bench.store, 0, period)).toMatchObject({ isClean: true });
    expect(
      await bench.query(`select revenue, cost from daily_statistics
        where side = 'sale' and is_archived`),
    ).toEqual([{ revenue: '0.100000', cost: '0.040000' }]);
    // And a loss is still found.
    await bench.query(`delete from cdrs where cdr_id = 'new'`);
    expect(await reconcile(bench.store, 0)).toMatchObject({ isClean: false });
    expect(await reconcilePeriod(bench.store, 0, period)).toMatchObject({ isClean: true });
  });

  test('the verb says what would leave, exports it, and keeps each month as a table', async () => {
    const { bench, month } = await openAged();
    await using _ = bench;
    const directory = await mkdtemp(join(tmpdir(), 'tandem-archive-'));
    const said: string[] = [];
    const say = (text: unknown): void => void said.push(String(text));
    const print = { line: say, error: say, json: say };
    const verb = archiveVerb(databaseDesk(bench.store));
    expect(await verb.run({ keep: 2, 'dry-run': true }, print)).toBe(0);
    expect(said.splice(0)).toEqual([`${month}: 2 records would leave`]);
    expect(await verb.run({ keep: 2, export: directory }, print)).toBe(0);
    const table = `cdrs_${month.replace('-', '_')}`;
    expect(said.splice(0)).toEqual([`${month}: 2 records in ${table}`]);
    expect(await readdir(directory)).toEqual([`cdrs-${month}.csv`]);
    expect(await bench.query(`select count(*) from ${table}`)).toEqual([{ count: '2' }]);
    // The story of a call is told from there.
    expect(await explainCall(bench.store, 'call-of-old')).toMatchObject({ id: 'call-of-old' });
    expect(await verb.run({ keep: 2 }, print)).toBe(0);
    expect(said.splice(0)).toEqual(['no month is old enough']);
    expect(await verb.run({ keep: 0 }, print)).toBe(2);
    await rm(directory, { recursive: true });
  });

  test('a month that is not over stays', async () => {
    await using bench = await openMoneyBench();
    const month = new Date().toISOString().slice(0, 7);
    expect(await archiveMonth(bench.store, month)).toBe('running');
  });

  test('reconcile of a period is a verb, too', async () => {
    const { bench, from } = await openAged();
    await using _ = bench;
    const said: string[] = [];
    const say = (text: unknown): void => void said.push(String(text));
    const print = { line: say, error: say, json: say };
    const prove = proofVerbs(databaseDesk(bench.store))[1]!;
    const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
    expect(await prove.run({ from: day(from), to: day(from + 20 * DAY_MS) }, print)).toBe(0);
    expect(said.at(-1)).toMatch(/1 calls: no differences/);
    expect(await prove.run({ from: 'yesterday' }, print)).toBe(2);
    expect(await prove.run({ from: '2026-02-01', to: '2026-01-01' }, print)).toBe(2);
  });
});
