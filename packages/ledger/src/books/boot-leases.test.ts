import { expect, test } from 'vitest';
import { openMoneyBench } from '../../test/money-bench.ts';
import { beatBoot, fenceBoots } from './boot-leases.ts';

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
