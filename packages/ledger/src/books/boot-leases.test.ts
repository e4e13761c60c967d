import { expect, test } from 'vitest';
import { openMoneyBench } from '../../test/money-bench.ts';
import { type BootHolder, makeBootHolder } from '../lease/boot-holder.ts';
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

const HERE = { machine: 'm1', holder: 'p1' };

test('a boot’s id has one life: who comes with it again gets another, and never its calls', async () => {
  await using bench = await openMoneyBench();
  const { store } = bench;
  const register = async (
    node: string,
    boot: string,
    predecessors: readonly string[] = [],
    by: BootHolder = HERE,
  ): Promise<string> => {
    const name = { node, boot };
    return (await registerBoot(store, name, predecessors, 6_000, by)).outcome;
  };
  expect(await register('node1', 'b1')).toBe('live');
  // The answer was lost, and it asks again.
  expect(await register('node1', 'b1')).toBe('live');
  // Another node with the same id, another process with the same name, one with both.
  expect(await register('node2', 'b1')).toBe('taken');
  expect(await register('node1', 'b2')).toBe('taken');
  expect(await register('node1', 'b1', [], { machine: 'm1', holder: 'p2' })).toBe('taken');
  await bench.query(`update node_boots set state = 'dead'`);
  expect(await register('node1', 'b1')).toBe('dead');
  expect(await beatBoot(store, 'b1', [])).toBeUndefined();
  expect(await register('node1', 'b1r1')).toBe('live');
  expect(await closeBoot(store, 'b1r1')).toBe(true);
  expect(await register('node1', 'b1r1')).toBe('closed');
  // Whoever holds the journal of a boot knows that it does not run any more.
  expect(await register('node1', 'b3')).toBe('live');
  expect(await register('node1', 'b4', ['b3'])).toBe('live');
  expect(await bench.query('select boot, state from node_boots order by boot')).toEqual([
    { boot: 'b1', state: 'dead' },
    { boot: 'b1r1', state: 'closed' },
    { boot: 'b3', state: 'dead' },
    { boot: 'b4', state: 'live' },
  ]);
});

test('a copied disk does not end the node it was copied from, and waits until that is dead', async () => {
  await using bench = await openMoneyBench();
  const { store } = bench;
  await registerBoot(store, { node: 'node1', boot: 'b1' }, [], 6_000, HERE);
  const copy = async (): Promise<string> => {
    const elsewhere = { machine: 'm2', holder: 'p2' };
    const name = { node: 'node9', boot: 'b9' };
    return (await registerBoot(store, name, ['b1'], 6_000, elsewhere)).outcome;
  };
  expect(await copy()).toBe('copied');
  expect(await beatBoot(store, 'b1', [])).toMatchObject({ beats: 1n });
  await bench.query(`update node_boots set last_seen = last_seen - interval '7 s'`);
  expect(await copy()).toBe('live');
  expect(await beatBoot(store, 'b1', [])).toBeUndefined();
});

test('a copied directory does not end a node of this machine that still runs', async () => {
  await using bench = await openMoneyBench();
  const { store } = bench;
  // The process that runs the tests stands for the node that runs.
  const own = makeBootHolder(process.ppid);
  await registerBoot(store, { node: 'node1', boot: 'b1' }, [], 6_000, own);
  const copy = { ...own, holder: 'another' };
  const name = { node: 'node9', boot: 'b9' };
  expect((await registerBoot(store, name, ['b1'], 6_000, copy)).outcome).toBe('copied');
  expect(await beatBoot(store, 'b1', [])).toMatchObject({ beats: 1n });
  // A process of another beginning has its number by now: the one of the mark is gone.
  await bench.query(`update node_boots set holder = regexp_replace(holder, ' \\d+ ', ' 1 ')`);
  expect((await registerBoot(store, name, ['b1'], 6_000, copy)).outcome).toBe('live');
});

test('a copy of a running process is found by the beats that are not its own', async () => {
  await using bench = await openMoneyBench();
  const { store } = bench;
  await registerBoot(store, { node: 'node1', boot: 'b1' }, [], 6_000, HERE);
  const beat = async (known: bigint, lost = 0) => await beatBoot(store, 'b1', [], { known, lost });
  expect(await beat(0n)).toMatchObject({ beats: 1n });
  // The machine is copied here: both know of one beat.
  expect(await beat(1n)).toMatchObject({ beats: 2n });
  expect(await beat(1n)).toBe('twin');
  // Beats whose answers were lost are one's own.
  expect(await beat(1n, 1)).toMatchObject({ beats: 3n });
  expect(await beat(2n, 0)).toBe('twin');
});

test('a database that has lost beats in a failover makes nobody a copy', async () => {
  await using bench = await openMoneyBench();
  const { store } = bench;
  await registerBoot(store, { node: 'node1', boot: 'b1' }, [], 6_000, HERE);
  const beat = async (known: bigint, lost = 0) => await beatBoot(store, 'b1', [], { known, lost });
  for (let known = 0n; known < 5n; known++) await beat(known);
  // The standby that took over had not heard of the last two (money rule R10).
  await bench.query('update node_boots set beats = 3');
  expect(await beat(5n)).toMatchObject({ beats: 4n });
  // From then on beats are counted as the database has them, and a twin's are found.
  expect(await beat(4n)).toMatchObject({ beats: 5n });
  expect(await beat(4n)).toBe('twin');
});
