import { parseMicros } from '@tandem/messages';
import fc from 'fast-check';
import { databaseDesk } from '../desk/database-desk.ts';
import { describe, expect, test } from 'vitest';
import { closeRecord, type MoneyBench, openMoneyBench } from '../../test/money-bench.ts';
import { closeCalls } from '../books/close-calls.ts';
import { policySchema, readPolicy, writePolicy } from '../policy/billing-policy.ts';
import { listBills, readBill } from './bill.ts';
import { billCsv, billText } from './bill-text.ts';
import { billVerbs } from './bill-verbs.ts';
import { makeBills } from './make-bills.ts';

const DAY_MS = 86_400_000;
/** Random histories; more of them: TANDEM_HISTORIES=100. */
const HISTORIES = Number(process.env['TANDEM_HISTORIES'] ?? 4);

/** The edges of cycles behind an instant, as ISO texts. */
async function edges(bench: MoneyBench, cycle: string, day: number, zone: string, from: string) {
  const found: string[] = [];
  for (let at = from; found.length < 4; at = found.at(-1)!) {
    const [row] = await bench.query<{ edge: Date }>(
      'select cycle_edge_1($1, $2, $3, $4, true) edge',
      [cycle, day, zone, at],
    );
    found.push(row!.edge.toISOString());
  }
  return found;
}

/** A tenant billed monthly in UTC whose first cycle began some cycles ago. */
async function openBilled(months: number) {
  const bench = await openMoneyBench();
  const tenantId = await bench.tenant('acme');
  const policy = policySchema.parse({ billCycle: 'monthly' });
  await writePolicy(bench.store, 'acme', policy);
  await bench.query(
    `update billing_policies set
    billed_since = billed_since - make_interval(months => $1)`,
    [months],
  );
  const [row] = await bench.query<{ since: Date }>(
    'select billed_since as since from billing_policies',
  );
  const from = row!.since.getTime();
  const made = (graceMs = 0) => makeBills(bench.store, { graceMs });
  /** Moves a line to the instant at which it would have been posted. */
  const postedAt = (charge: string, at: number) =>
    bench.query('update ledger set posted_at = $2 where charge_id = $1', [charge, new Date(at)]);
  return { bench, tenantId, from, made, postedAt };
}

describe('cycles', () => {
  test('a month ends at its last day where it has not the day that was asked for', async () => {
    await using bench = await openMoneyBench();
    expect(await edges(bench, 'monthly', 31, 'UTC', '2027-12-31T00:00:00Z')).toEqual([
      '2028-01-31T00:00:00.000Z',
      '2028-02-29T00:00:00.000Z',
      '2028-03-31T00:00:00.000Z',
      '2028-04-30T00:00:00.000Z',
    ]);
    expect(await edges(bench, 'monthly', 29, 'UTC', '2027-02-27T23:59:59Z')).toEqual([
      '2027-02-28T00:00:00.000Z',
      '2027-03-29T00:00:00.000Z',
      '2027-04-29T00:00:00.000Z',
      '2027-05-29T00:00:00.000Z',
    ]);
  });

  test('a cycle ends at midnight of the tenant’s zone, in summer and in winter', async () => {
    await using bench = await openMoneyBench();
    expect(await edges(bench, 'monthly', 1, 'Europe/Berlin', '2027-02-15T00:00:00Z')).toEqual([
      '2027-02-28T23:00:00.000Z',
      '2027-03-31T22:00:00.000Z',
      '2027-04-30T22:00:00.000Z',
      '2027-05-31T22:00:00.000Z',
    ]);
    // 2027-03-14 02:00 is not in New York; its Mondays are five hours behind, then four.
    expect(await edges(bench, 'weekly', 1, 'America/New_York', '2027-03-01T05:00:00Z')).toEqual([
      '2027-03-08T05:00:00.000Z',
      '2027-03-15T04:00:00.000Z',
      '2027-03-22T04:00:00.000Z',
      '2027-03-29T04:00:00.000Z',
    ]);
    // Where summer begins at midnight there is no midnight: the day begins an hour later.
    expect(await edges(bench, 'weekly', 7, 'America/Santiago', '2027-08-30T12:00:00Z')).toEqual([
      '2027-09-05T04:00:00.000Z',
      '2027-09-12T03:00:00.000Z',
      '2027-09-19T03:00:00.000Z',
      '2027-09-26T03:00:00.000Z',
    ]);
  });
});

describe('bills', () => {
  test('a bill is the sum of the tenant’s lines; what comes late is on the next one', async () => {
    const { bench, tenantId, from, made, postedAt } = await openBilled(3);
    await using _ = bench;
    const [second, third] = (
      await edges(bench, 'monthly', 1, 'UTC', new Date(from).toISOString())
    ).map((edge) => Date.parse(edge));
    await closeCalls(bench.store, [
      closeRecord('a', { tenantId, startedAt: from + DAY_MS, cdr: { sell_prefix: '49' } }),
      closeRecord('b', { tenantId, startedAt: from + 2 * DAY_MS, cdr: { sell_prefix: '1' } }),
      // Begun on the last day of the first cycle, settled on the first of the second.
      closeRecord('over', { tenantId, startedAt: second! - 1_000, cdr: { sell_prefix: '49' } }),
      closeRecord('next', { tenantId, startedAt: second! + DAY_MS, cdr: { sell_prefix: '49' } }),
      closeRecord('now', { tenantId, startedAt: Date.now() }),
    ]);
    await postedAt('a', from + DAY_MS);
    await postedAt('b', from + 2 * DAY_MS);
    await postedAt('over', second! + 60_000);
    await postedAt('next', second! + DAY_MS);
    // When two cycles were over: both bills are made at once, in order.
    const graceMs = Date.now() - third!;
    expect(await made(graceMs)).toEqual([1, 2]);
    expect(await made(graceMs)).toEqual([]);
    const first = await readBill(bench.store, 1);
    expect(first).toMatchObject({
      fromAt: from,
      toAt: second,
      opening: '0.000000',
      calls: '-0.300000',
      adjustments: '0.000000',
      closing: '-0.300000',
      lines: [
        { kind: 'calls', prefix: '1', entries: 1, billedSeconds: 60, amount: '-0.100000' },
        { kind: 'calls', prefix: '49', entries: 2, billedSeconds: 120, amount: '-0.200000' },
      ],
    });
    expect(await readBill(bench.store, 2)).toMatchObject({
      opening: '-0.300000',
      calls: '-0.100000',
      closing: '-0.400000',
    });
    // A record of the first cycle comes after its bill: it is on the third, and said to be late.
    await closeCalls(bench.store, [
      closeRecord('late', { tenantId, startedAt: from + 5 * DAY_MS }),
    ]);
    expect(await made()).toEqual([3]);
    expect(await readBill(bench.store, 3)).toMatchObject({
      opening: '-0.400000',
      adjustments: '-0.100000',
      lines: [{ kind: 'late', entries: 1 }],
    });
  });

  test('every line is on one bill, whatever came late and whenever bills were made', async () => {
    const { bench, tenantId, from } = await openBilled(6);
    await using _ = bench;
    const { store } = bench;
    const days = fc.integer({ min: 0, max: 150 });
    const step = fc.oneof(
      { weight: 3, arbitrary: fc.record({ ageDays: fc.integer({ min: 0, max: 70 }) }) },
      { weight: 1, arbitrary: fc.constant('bill' as const) },
    );
    let number = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), step), { maxLength: 14 }),
        days,
        async (history, last) => {
          await bench.query('truncate bill_lines, bills, ledger, charges, cdrs restart identity');
          // Time goes on from step to step: a line is posted then, of a call that began before.
          let at = from;
          for (const [gapDays, one] of [...history, [last, 'bill'] as const]) {
            at = Math.min(at + gapDays * DAY_MS, Date.now());
            if (one === 'bill') {
              await makeBills(store, { graceMs: Date.now() - at });
              continue;
            }
            const charge = `p${++number}`;
            const startedAt = at - one.ageDays * DAY_MS;
            await closeCalls(store, [closeRecord(charge, { tenantId, startedAt })]);
            await bench.query('update ledger set posted_at = $2 where charge_id = $1', [
              charge,
              new Date(at),
            ]);
          }
          const [proof] = await bench.query(`
            select count(*) filter (where bills > 1) as twice,
              -- What is on no bill began after all of them, or was posted after the last was made.
              count(*) filter (where bills = 0 and id <= coalesce((select max(last_entry) from bills), 0)
                and started_at < (select max(to_at) from bills)
                and id > (select min(after_entry) from bills)) as lost
            from (select l.id, c.started_at, (select count(*) from bills b
                where l.id in (select id from bill_entries_1(b.number))) as bills
              from ledger l join charges c using (charge_id)) s`);
          expect(proof).toEqual({ twice: '0', lost: '0' });
          const [chain] = await bench.query(`
            select count(*) filter (where opening <> before) as broken from (
              select opening, lag(closing, 1, opening) over (order by to_at) as before from bills
            ) s`);
          expect(chain).toEqual({ broken: '0' });
        },
      ),
      { numRuns: HISTORIES, seed: 7 },
    );
  }, 600_000);

  test('three nodes at once make one bill for each tenant and cycle', async () => {
    const { bench, tenantId, from } = await openBilled(3);
    await using _ = bench;
    await closeCalls(
      bench.store,
      Array.from({ length: 50 }, (_, index) =>
        closeRecord(`c${index}`, { tenantId, startedAt: from + index * DAY_MS }),
      ),
    );
    await bench.query(`update ledger set posted_at = started_at from charges
      where charges.charge_id = ledger.charge_id`);
    const lanes = [1, 2, 3].map((node) => bench.lane(`node${node}`));
    const made = await Promise.all(lanes.map((lane) => makeBills(lane, { graceMs: 0 })));
    expect(made.flat().toSorted((a, b) => a - b)).toEqual([1, 2, 3]);
    const [bills] = await bench.query('select count(*), sum(closing - opening) as sum from bills');
    const [lines] = await bench.query(`select sum(l.amount) from ledger l join charges c using
      (charge_id) where c.started_at < (select max(to_at) from bills)`);
    expect(bills).toMatchObject({ count: '3', sum: lines!['sum'] });
    await Promise.all(lanes.map((lane) => lane.close()));
  });

  test('a tenant is billed from the cycle in which its bills began; what was before is its opening', async () => {
    await using bench = await openMoneyBench();
    await bench.tenant('acme', { balance: '25' });
    await bench.query(`update ledger set posted_at = clock_timestamp() - interval '1 year'`);
    const policy = { billCycle: 'weekly', billDay: 3, zone: 'Asia/Tokyo' };
    expect(await writePolicy(bench.store, 'acme', policySchema.parse(policy))).toBe(true);
    expect(await makeBills(bench.store, { graceMs: 0 })).toEqual([]);
    const { nextBillAt } = (await readPolicy(bench.store, 'acme'))!;
    expect(nextBillAt! - Date.now()).toBeLessThanOrEqual(7 * DAY_MS);
    await bench.query(
      `update billing_policies set billed_since = billed_since - interval '7 days'`,
    );
    expect(await makeBills(bench.store, { graceMs: 0 })).toEqual([1]);
    const bill = (await readBill(bench.store, 1))!;
    expect(bill).toMatchObject({ opening: '25.000000', closing: '25.000000', lines: [] });
    expect(billText(bill)[1]).toMatch(/^\d{4}-\d\d-\d\d 00:00 to .* 00:00 Asia\/Tokyo, weekly$/);
    expect(billCsv(bill)).toMatch(/,opening,,,,25\.000000\r\n/);
  });

  test('the verbs list bills, show one, and say what is not there', async () => {
    const { bench, tenantId, from } = await openBilled(1);
    await using _ = bench;
    await closeCalls(bench.store, [closeRecord('a', { tenantId, startedAt: from + 1 })]);
    const said: string[] = [];
    const say = (text: unknown): void => void said.push(String(text));
    const print = { line: say, error: say, json: (value: unknown) => say(JSON.stringify(value)) };
    const [list, show, run] = billVerbs(databaseDesk(bench.store));
    expect(await run!.run({}, print)).toBe(0);
    expect(await list!.run({}, print)).toBe(0);
    expect(said.splice(0)).toEqual([
      'bills made: 1',
      expect.stringMatching(/^1 acme .* calls -0\.100000,.*closing -0\.100000 USD$/),
    ]);
    expect(await show!.run({ number: 1, format: 'text' }, print)).toBe(0);
    expect(said.splice(0).join('\n')).toMatch(/Calls \(1, 1:00 min\) +-0\.100000 USD/);
    expect(await show!.run({ number: 1, format: 'csv' }, print)).toBe(0);
    expect(said.splice(0)[0]).toMatch(/^number,tenant,currency,from,to,kind/);
    expect(await show!.run({ number: 9 }, print)).toBe(1);
    expect(await show!.run({ number: 'x' }, print)).toBe(2);
    const [bill] = await listBills(bench.store, { tenant: 'acme', limit: 10 });
    expect(parseMicros(bill!.closing)).toBe(-100_000n);
  });
});
