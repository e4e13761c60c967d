import { expect, test } from 'vitest';
import { openMoneyBench } from '../../test/money-bench.ts';
import { beatBoot, closeBoot, fenceBoots, registerBoot } from './boot-leases.ts';

const DEAD = 40;
const ROUNDS = 10;

test('survivors that find many dead boots at once mark each once and never wait for each other', async () => {
  await using bench = await openMoneyBench();
  await bench.query(`insert into node_boots (node, boot, dead_after, continuous_since)
      select s, s, interval '6 s', clock_timestamp() - interval '1 hour'
      from unnest(array['one', 'two', 'three']) as s`);
  for (let round = 0; round < ROUNDS; round++) {
    // Rows in turning orders: what a survivor's scan meets first is what another meets last.
    const order = round % 2 === 0 ? 'asc' : 'desc';
    await bench.query(`insert into node_boots (node, boot, dead_after, last_seen)
      select n, n, interval '6 s', clock_timestamp() - interval '7 s'
      from (select 'dead${round}-' || i as n from generate_series(1, ${DEAD}) i order by i ${order}) d`);
    await Promise.all(['one', 'two', 'three'].map((boot) => beatBoot(bench.store, boot, [])));
    const marked = await Promise.all(
      ['one', 'two', 'three'].map((boot) => fenceBoots(bench.store, boot)),
    );
    expect(marked.flat().length).toBeLessThanOrEqual(DEAD);
    const late = await fenceBoots(bench.store, 'one');
    expect(new Set([...marked.flat(), ...late]).size).toBe(DEAD);
    expect(marked.flat().length + late.length).toBe(DEAD);
  }
});

test('a boot’s id has one life: who comes with it again gets another, and never its calls', async () => {
  await using bench = await openMoneyBench();
  const { store } = bench;
  const name = { node: 'node1', boot: 'b1' };
  expect(await registerBoot(store, name, [], 6_000)).toBe('live');
  // The answer was lost, and it asks again.
  expect(await registerBoot(store, name, [], 6_000)).toBe('live');
  // Another node with the same id, and another process with the same name.
  expect(await registerBoot(store, { node: 'node2', boot: 'b1' }, [], 6_000)).toBe('taken');
  expect(await registerBoot(store, { node: 'node1', boot: 'b2' }, [], 6_000)).toBe('taken');
  await bench.query(`update node_boots set state = 'dead'`);
  expect(await registerBoot(store, name, [], 6_000)).toBe('dead');
  expect(await beatBoot(store, 'b1', [])).toBeUndefined();
  expect(await registerBoot(store, { node: 'node1', boot: 'b1r1' }, [], 6_000)).toBe('live');
  expect(await closeBoot(store, 'b1r1')).toBe(true);
  expect(await registerBoot(store, { node: 'node1', boot: 'b1r1' }, [], 6_000)).toBe('closed');
  // Whoever holds the journal of a boot knows that it does not run any more.
  expect(await registerBoot(store, { node: 'node1', boot: 'b3' }, [], 6_000)).toBe('live');
  expect(await registerBoot(store, { node: 'node1', boot: 'b4' }, ['b3'], 6_000)).toBe('live');
  expect(await bench.query('select boot, state from node_boots order by boot')).toEqual([
    { boot: 'b1', state: 'dead' },
    { boot: 'b1r1', state: 'closed' },
    { boot: 'b3', state: 'dead' },
    { boot: 'b4', state: 'live' },
  ]);
});
