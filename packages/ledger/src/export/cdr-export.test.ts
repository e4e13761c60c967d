import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseDesk } from '../desk/database-desk.ts';
import { describe, expect, test } from 'vitest';
import { closeRecord, openMoneyBench } from '../../test/money-bench.ts';
import { closeCalls } from '../books/close-calls.ts';
import { collectDailyStatistics, statisticsResource } from '../statistics/daily-statistics.ts';
import { cdrExportVerb } from './cdr-export-verb.ts';

const HOUR_MS = 3_600_000;

describe('records for people', () => {
  test('an export has one line a record, in order, and no cell is a formula', async () => {
    await using bench = await openMoneyBench();
    const tenantId = await bench.tenant('acme', { balance: '10' });
    const directory = await mkdtemp(join(tmpdir(), 'tandem-export-'));
    const now = Date.now();
    await closeCalls(bench.store, [
      closeRecord('a', {
        tenantId,
        startedAt: now,
        cdr: { a_number_in: '=cmd|calc', user_agent: 'two\nlines, "quoted"', b_number_in: '+49' },
      }),
      closeRecord('b', { tenantId, startedAt: now - HOUR_MS }),
      closeRecord('old', { tenantId, startedAt: now - 400 * 24 * HOUR_MS }),
      closeRecord('free', { startedAt: now, amount: '0.000000' }),
    ]);
    const said: string[] = [];
    const say = (text: unknown): void => void said.push(String(text));
    const print = { line: say, json: say, error: say };
    const verb = cdrExportVerb(databaseDesk(bench.store));
    const file = join(directory, 'cdrs.csv');
    const from = new Date(now - 24 * HOUR_MS).toISOString();
    const begun = new Date(now).toISOString();
    expect(await verb.run({ file, tenant: 'acme', from, status: 'answered' }, print)).toBe(0);
    expect(said).toEqual([`2 records written to ${file}`]);
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^cdr_id,call_id,leg,attempt,is_final,node,tenant_id/);
    expect(lines[1]).toMatch(/^b,/);
    expect(lines[2]).toContain(`,${begun},`);
    expect(lines[2]).toContain(",'=cmd|calc,");
    expect(lines[2]).toContain(",'+49,");
    expect(lines[2]).toContain('"two lines, ""quoted"""');
    expect(await verb.run({ file, tenant: 'nobody' }, print)).toBe(2);
    expect(await verb.run({ file, from: 'yesterday' }, print)).toBe(2);
    await rm(directory, { recursive: true });
  });

  test('a day’s statistics stay when its records are archived', async () => {
    await using bench = await openMoneyBench();
    const tenantId = await bench.tenant('acme', { balance: '10' });
    const trunkId = await bench.trunk('carrier');
    const startedAt = Date.now();
    const sale = { tenantId, startedAt };
    const purchase = { side: 'purchase' as const, trunkId, startedAt, amount: '0.040000' };
    await closeCalls(bench.store, [
      closeRecord('a', {
        ...sale,
        cdr: { tenant_name: 'acme', currency: 'USD', sell_billed_s: 60 },
      }),
      closeRecord('b', {
        ...sale,
        amount: '0.000000',
        cdr: { tenant_name: 'acme', currency: 'USD', status: 'busy', sell_billed_s: 0 },
      }),
      closeRecord('c', {
        ...purchase,
        cdr: { tenant_id: tenantId, vendor_trunk: 'carrier', currency: 'USD', buy_billed_s: 60 },
      }),
    ]);
    await collectDailyStatistics(bench.store);
    await bench.query('delete from cdrs');
    await collectDailyStatistics(bench.store);
    const resource = statisticsResource(bench.store);
    const request = { params: {}, query: {}, body: undefined, actor: 'test' };
    expect((await resource.handle(request)).body).toMatchObject({
      total: 2,
      days: [
        { kind: 'carrier', party: 'carrier', calls: 1, asr: 1, cost: '0.040000' },
        {
          kind: 'tenant',
          party: 'acme',
          calls: 2,
          answered: 1,
          asr: 0.5,
          acdSeconds: 60,
          revenue: '0.100000',
          cost: '0.040000',
          margin: '0.060000',
        },
      ],
    });
    expect(await resource.handle({ ...request, query: { from: 'x' } })).toMatchObject({
      status: 422,
    });
  });
});
