import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { formatMicros } from '@tandem/messages';
import { expect, test } from 'vitest';
import {
  closeRecord,
  holdRequest,
  type MoneyBench,
  openMoneyBench,
} from '../../test/money-bench.ts';
import { openCharge } from '../../test/open-charge.ts';
import { deathOf } from '../../test/run-killed-node.ts';
import { archiveMonth } from '../archive/archive-cdrs.ts';
import { makeBills } from '../bills/make-bills.ts';
import { admitCalls } from '../books/admit-calls.ts';
import { closeCalls } from '../books/close-calls.ts';
import { sweepHolds } from '../lease/sweep-holds.ts';
import { rechargeTenant } from '../recharge/recharge-tenant.ts';
import { rerateByName } from '../rerate/rerate-by-name.ts';
import { reconcile } from './reconcile.ts';

/*
 * Real processes, ended by SIGKILL in the middle of work on the books: a payment, a re-rating, bills,
 * an archive, the closing of a dead node's calls. A lock stops each where it is killed; what it had
 * asked of the server goes on there without it, or is rolled back. Then the work is asked for again.
 */

const PROGRAM = fileURLToPath(new URL('../../test/killed-clerk.ts', import.meta.url));
/** More than a page of a re-rating, and more than two rounds of a sweep. */
const CALLS = 1_200;
const PATIENCE = { timeout: 60_000 };

interface Work {
  readonly name: string;
  /** Taken by another transaction, this keeps the clerk from going on. */
  readonly lock: string;
  /** It has come so far. */
  readonly isBegun?: string;
  /** The server goes on with what it was told, or loses it. */
  readonly isServerLost: boolean;
}

function start(bench: MoneyBench, work: string, given: object): ChildProcess {
  return fork(PROGRAM, [bench.url, work, JSON.stringify(given)], {
    execArgv: ['--conditions=tandem-source', '--import', import.meta.resolve('tsx')],
  });
}

async function killIn(bench: MoneyBench, work: Work, given: object): Promise<void> {
  const waiting = `from pg_stat_activity where wait_event_type = 'Lock'
    and datname = current_database()`;
  const has = async (text: string): Promise<boolean> => (await bench.query(text)).length > 0;
  await bench.store.transaction(async (transaction) => {
    await transaction.query(work.lock);
    const child = start(bench, work.name, given);
    await expect.poll(() => has(`select 1 ${waiting}`), PATIENCE).toBe(true);
    if (work.isBegun !== undefined) expect(await has(work.isBegun), work.name).toBe(true);
    child.kill('SIGKILL');
    expect(await deathOf(child)).toBe('SIGKILL');
    if (work.isServerLost) await bench.query(`select pg_terminate_backend(pid) ${waiting}`);
  }, 60_000);
  // What the server goes on with is over before anybody looks.
  await expect.poll(() => has(`select 1 ${waiting}`), PATIENCE).toBe(false);
  const own = 'select pid from pg_stat_activity where pid = pg_backend_pid()';
  const busy = `select 1 from pg_stat_activity where state = 'active'
    and datname = current_database() and pid not in (${own})`;
  await expect.poll(() => has(busy), PATIENCE).toBe(false);
}

/** A tenant of 1,200 calls of last month at 0.10 each, whose deck says 0.20. */
async function furnish(bench: MoneyBench) {
  const now = new Date();
  const from = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 2);
  const startedAt = from + 86_400_000;
  await bench.query('select prepare_cdr_months_1($1, 1)', [new Date(from)]);
  const tenantId = await bench.tenant('acme', { balance: '1000' });
  const [deck] = await bench.query<{ id: string }>(
    `insert into rate_decks (name, kind, currency) values ('sell', 'sell', 'USD') returning id`,
  );
  await bench.query(
    `insert into rates (deck_id, prefix, rate, first, next) values ($1, '49', 0.20, 60, 60)`,
    [deck!.id],
  );
  await bench.query('update tenants set deck_id = $1', [deck!.id]);
  await bench.query(
    `insert into billing_policies (tenant_id, bill_cycle, billed_since)
     values ($1, 'monthly', $2)`,
    [tenantId, new Date(from)],
  );
  const rated = {
    tenant_name: 'acme',
    currency: 'USD',
    rated_called: '4989',
    rated_caller: '',
    answer_time: new Date(startedAt).toISOString(),
    sell_rate: '0.100000',
    sell_increments: '60/60',
    sell_billed_s: 60,
  };
  const charges = Array.from({ length: CALLS }, (_, index) => `c${index}`);
  await closeCalls(
    bench.store,
    charges.map((charge) => closeRecord(charge, { tenantId, startedAt, cdr: rated })),
  );
  await bench.boot('b2');
  const holds = charges.map((charge) => {
    const record = JSON.stringify(openCharge(`h${charge}`, 'b2', tenantId));
    return holdRequest(`h${charge}`, { tenantId, record });
  });
  await admitCalls(bench.store, 'b2', holds);
  const month = new Date(from).toISOString().slice(0, 7);
  return { tenantId, month };
}

test('whatever work on the books is killed in the middle is done once when it is asked for again', async () => {
  await using bench = await openMoneyBench();
  const { tenantId, month } = await furnish(bench);
  const given = { tenant: 'acme', month };
  const lockTenant = `select 1 from tenants where id = ${tenantId} for update`;

  // A payment whose answer never came, and one that never came through.
  const pay = { tenant: 'acme', amountMicros: 5_000_000n, remark: '', actor: 'test' };
  await killIn(bench, { name: 'recharge', lock: lockTenant, isServerLost: false }, given);
  const paid = await rechargeTenant(bench.store, { ...pay, reference: 'pay-acme' });
  expect(paid).toMatchObject({ isRepeat: true, receipt: 1 });
  await bench.query('delete from recharges');
  await bench.query(`delete from ledger where reference = 'pay-acme'`);
  await bench.query('update tenants set balance = balance - 5');
  await killIn(bench, { name: 'recharge', lock: lockTenant, isServerLost: true }, given);
  expect(await rechargeTenant(bench.store, { ...pay, reference: 'pay-acme' })).toMatchObject({
    isRepeat: false,
  });

  // A re-rating between its first page, which is posted, and its second.
  await bench.query('create unlogged table pages (n integer)');
  await bench.query(`create function slow_page() returns trigger language plpgsql as $$ begin
    if (select count(*) from rerated) >= 1000 then
      lock table pages in share mode;
    end if; return null; end $$`);
  await bench.query(`create trigger slow before insert on rerated
    for each statement execute function slow_page()`);
  const pages = 'lock table pages in access exclusive mode';
  const isBegun = 'select 1 from rerated limit 1';
  await killIn(bench, { name: 'rerate', lock: pages, isBegun, isServerLost: true }, given);
  expect(await bench.query('select count(*) from rerated')).toEqual([{ count: '1000' }]);
  await bench.query('drop trigger slow on rerated');
  const question = { side: 'sale' as const, party: 'acme', fromAt: Date.UTC(2020, 0, 1) };
  const again = { ...question, toAt: Date.UTC(2100, 0, 1), reference: 'again-acme' };
  expect(await rerateByName(bench.store, again, 'test')).toMatchObject({
    posted: formatMicros(20_000_000n),
  });
  expect(await rerateByName(bench.store, again, 'test')).toMatchObject({ posted: '0.000000' });

  // A bill that is opened and not summed.
  const lines = 'lock table bill_lines in access exclusive mode';
  const isOpen = 'select 1 from bills where summed_at is null';
  await killIn(bench, { name: 'bills', lock: lines, isBegun: isOpen, isServerLost: true }, given);
  const made = await makeBills(bench.store, { graceMs: 0 });
  expect(made[0]).toBe(1);
  const [bills] = await bench.query(
    `select count(*) as bills, count(distinct (tenant_id, from_at)) as cycles,
       count(*) filter (where summed_at is null) as open from bills`,
  );
  expect(bills).toEqual({ bills: `${made.length}`, cycles: `${made.length}`, open: '0' });

  // A month that is being archived.
  const partition = `lock table cdrs_${month.replace('-', '_')} in share mode`;
  await killIn(bench, { name: 'archive', lock: partition, isServerLost: true }, given);
  expect(await reconcile(bench.store, 0)).toMatchObject({ isClean: true });
  expect(await archiveMonth(bench.store, month)).toBeGreaterThanOrEqual(CALLS);

  // The closing of a dead node's calls, one round of it done.
  await bench.query(`update node_boots set state = 'dead' where boot = 'b2'`);
  await bench.query(`create function slow_round() returns trigger language plpgsql as $$ begin
    if (select count(*) from charges where boot = 'b2') >= 500 then
      lock table pages in share mode;
    end if; return null; end $$`);
  await bench.query(`create trigger slow before insert on charges
    for each statement execute function slow_round()`);
  const isSwept = `select 1 from charges where boot = 'b2' limit 1`;
  await killIn(bench, { name: 'sweep', lock: pages, isBegun: isSwept, isServerLost: true }, given);
  await bench.query('drop trigger slow on charges');
  await sweepHolds(bench.store);
  expect(await bench.query('select held, active from tenants')).toEqual([
    { held: '0.000000', active: 0 },
  ]);
  expect(
    await bench.query(`select count(*) as charges, count(distinct charge_id) as once from charges`),
  ).toEqual([{ charges: `${2 * CALLS}`, once: `${2 * CALLS}` }]);
  expect(await reconcile(bench.store, 0)).toMatchObject({ isClean: true });
}, 180_000);
