import { expect, test } from 'vitest';
import { closeRecord, holdRequest, openMoneyBench } from '../../test/money-bench.ts';
import { admitCalls } from '../books/admit-calls.ts';
import { beatBoot, fenceBoots } from '../books/boot-leases.ts';
import { closeCalls } from '../books/close-calls.ts';
import { readJournalEntry } from '../journal/journal-entry.ts';
import { sweepHolds } from '../lease/sweep-holds.ts';

/*
 * While nodes are exchanged one after the other, two releases use one database (money rule R22):
 * functions have versions in their names, and those of the release before stay.
 */

test('a node of the release before beats, is fenced and swept beside ours, and its journal is read', async () => {
  await using bench = await openMoneyBench();
  const { store } = bench;
  const tenantId = await bench.tenant('acme', { balance: '10' });
  await bench.boot('new');
  const registered = await bench.query(
    `select register_boot_1('old', 'old', '{}', interval '1 s') as state`,
  );
  expect(registered).toEqual([{ state: 'live' }]);
  // It knows neither holders nor counted beats.
  const beat = `select seen is not null as is_seen
    from beat_boot_1('old', interval '3 s', '{a}', '{500}')`;
  await admitCalls(store, 'old', [holdRequest('a', { tenantId }), holdRequest('b', { tenantId })]);
  expect(await bench.query(beat)).toEqual([{ is_seen: true }]);
  expect(await bench.query(beat)).toEqual([{ is_seen: true }]);
  expect(await bench.query('select charge_id from holds where answered_at is not null')).toEqual([
    { charge_id: 'a' },
  ]);
  expect(await closeCalls(store, [closeRecord('a', { tenantId, boot: 'old' })])).toMatchObject([
    { outcome: 'charged' },
  ]);
  // It settles by columns, ours by texts: a charge is made once all the same.
  const byColumns = (charge: string): Promise<unknown[]> =>
    bench.query(
      `select outcome from close_calls_1(array[$1], '{sale}', '{old}', '{owner}', array[$2::bigint],
        '{null}', '{USD}', '{0.1}', '{60}', '{2026-01-01T00:00:00.000Z}', array[$3::json])`,
      [charge, tenantId, JSON.stringify(closeRecord(charge).cdr)],
    );
  expect(await byColumns('a')).toEqual([{ outcome: 'known' }]);
  expect(await byColumns('c')).toEqual([{ outcome: 'charged' }]);
  expect(await closeCalls(store, [closeRecord('c', { tenantId, boot: 'old' })])).toMatchObject([
    { outcome: 'known' },
  ]);
  await bench.query(`update node_boots set last_seen = last_seen - interval '2 s'
    where boot = 'old'`);
  await bench.query(`update node_boots set continuous_since = last_seen - interval '1 h'
    where boot = 'new'`);
  await beatBoot(store, 'new', []);
  expect(await fenceBoots(store, 'new')).toEqual(['old']);
  expect(await bench.query(beat)).toEqual([{ is_seen: false }]);
  await sweepHolds(store);
  expect(await bench.query('select held, active from tenants')).toEqual([
    { held: '0.000000', active: 0 },
  ]);

  const begin = { kind: 'begin', version: 1, node: 'old', boot: 'old' };
  expect(readJournalEntry(JSON.stringify(begin))).toEqual(begin);
  // What only a later release understands is left for it.
  expect(readJournalEntry(JSON.stringify({ ...begin, version: 99 }))).toBeUndefined();
  expect(readJournalEntry(JSON.stringify({ kind: 'news' }))).toBeUndefined();
});

test('a node of the release before finds the name of ours taken, and ours finds its name taken', async () => {
  await using bench = await openMoneyBench();
  await bench.boot('node1');
  const register = (node: string, boot: string): Promise<unknown[]> =>
    bench.query(`select register_boot_1($1, $2, '{}', interval '6 s') as state`, [node, boot]);
  expect(await register('node1', 'other')).toEqual([{ state: 'taken' }]);
  expect(await register('node2', 'b2')).toEqual([{ state: 'live' }]);
  await expect(bench.boot('node2')).rejects.toThrow('taken');
});
