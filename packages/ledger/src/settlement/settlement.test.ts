import { describe, expect, test } from 'vitest';
import {
  closeRecord as record,
  holdRequest as request,
  openMoneyBench,
} from '../../test/money-bench.ts';
import { admitCalls } from '../books/admit-calls.ts';
import { closeCalls, writeRecord } from '../books/close-calls.ts';
import { settleBatch } from './settle-batch.ts';

async function openBench() {
  const bench = await openMoneyBench();
  await bench.boot('b1');
  const tenantId = await bench.tenant('acme', { balance: '10' });
  const trunkId = await bench.trunk('carrier');
  return Object.assign(bench, { tenantId, trunkId });
}

describe('settlement', () => {
  test('a call is charged once, however often and by whomever it is told', async () => {
    await using bench = await openBench();
    const { store, tenantId } = bench;
    await admitCalls(store, 'b1', [request('a', { tenantId })]);
    const one = record('a', { tenantId });
    expect(await closeCalls(store, [one, one])).toEqual([{ charge: 'a', outcome: 'charged' }]);
    expect(await closeCalls(store, [one])).toEqual([{ charge: 'a', outcome: 'known' }]);
    const other = { ...one, startedAt: one.startedAt + 3_600_000 };
    expect(await closeCalls(store, [other])).toEqual([{ charge: 'a', outcome: 'known' }]);
    const [sums] = await bench.query('select balance, held, active from tenants');
    expect(sums).toEqual({ balance: '9.900000', held: '0.000000', active: 0 });
    expect(await bench.contradictions()).toEqual([]);
  });

  test('the owner’s late record posts the difference to an orphan’s charge, once', async () => {
    await using bench = await openBench();
    const { store, tenantId, trunkId } = bench;
    const sale = record('a', { tenantId });
    const cost = record('b', { side: 'purchase', trunkId, amount: '0.030000' });
    await closeCalls(store, [
      { ...sale, by: 'orphan' },
      { ...cost, by: 'orphan' },
    ]);
    const late = [
      record('a', { tenantId, amount: '0.250000' }),
      record('b', { side: 'purchase', trunkId, amount: '0.010000' }),
    ];
    for (const expected of ['late', 'known']) {
      expect((await closeCalls(store, late)).map(({ outcome }) => outcome)).toEqual([
        expected,
        expected,
      ]);
    }
    expect(await bench.query('select balance from tenants')).toEqual([{ balance: '9.750000' }]);
    expect(await bench.query('select balance from trunks')).toEqual([{ balance: '-0.010000' }]);
    expect(await bench.contradictions()).toEqual([]);
  });

  test('a survivor who comes after the owner changes nothing', async () => {
    await using bench = await openBench();
    const { store, tenantId } = bench;
    await closeCalls(store, [record('a', { tenantId })]);
    await closeCalls(store, [record('a', { tenantId, by: 'orphan', amount: '0.900000' })]);
    expect(await bench.query('select balance from tenants')).toEqual([{ balance: '9.900000' }]);
    expect(await bench.query('select closed_by, difference from late')).toEqual([
      { closed_by: 'orphan', difference: '0.000000' },
    ]);
    expect(await bench.contradictions()).toEqual([]);
  });

  test('a call settled before its admission reaches the database is never held again', async () => {
    await using bench = await openBench();
    const { store, tenantId } = bench;
    await closeCalls(store, [record('a', { tenantId })]);
    expect(await admitCalls(store, 'b1', [request('a', { tenantId })])).toMatchObject([
      { outcome: 'gone' },
    ]);
    expect(await bench.contradictions()).toEqual([]);
  });

  test('a row of a month without a partition fails nothing', async () => {
    await using bench = await openBench();
    const { store, tenantId } = bench;
    const old = record('old', { tenantId, startedAt: Date.UTC(2019, 1, 1) });
    await closeCalls(store, [record('a', { tenantId }), old]);
    expect(await bench.query('select cdr_id from cdrs_default')).toEqual([{ cdr_id: 'old' }]);
  });

  test('a poisoned record is set aside alone, its hold freed; all others are settled', async () => {
    await using bench = await openBench();
    const { store, tenantId } = bench;
    const calls = Array.from({ length: 30 }, (_, index) => `c${index}`);
    await admitCalls(
      store,
      'b1',
      calls.map((charge) => request(charge, { tenantId })),
    );
    const records = calls.map((charge) =>
      record(charge, { tenantId, ...(charge === 'c13' ? { cdr: { talk_ms: 'long' } } : {}) }),
    );
    const settled = await settleBatch(store, records.map(writeRecord));
    expect(settled.poison).toMatchObject([{ charge: 'c13' }]);
    expect(settled.answers.filter(({ outcome }) => outcome === 'charged')).toHaveLength(29);
    expect(await bench.query('select charge_id from poison_records')).toEqual([
      { charge_id: 'c13' },
    ]);
    const [sums] = await bench.query('select balance, held, active from tenants');
    expect(sums).toEqual({ balance: '7.100000', held: '0.000000', active: 0 });
    expect(await bench.contradictions()).toEqual([]);
  });

  test('a zero price writes a CDR and no ledger entry', async () => {
    await using bench = await openBench();
    await closeCalls(bench.store, [record('a', { tenantId: bench.tenantId, amount: '0.000000' })]);
    expect(await bench.query('select sell_amount from cdrs')).toEqual([
      { sell_amount: '0.000000' },
    ]);
    expect(await bench.contradictions()).toEqual([]);
  });
});
