import { silentLog, systemClock, TimerWheel } from '@tandem/engine';
import { parseMicros } from '@tandem/messages';
import { expect, test } from 'vitest';
import { closeRecord, holdRequest, openMoneyBench } from '../../test/money-bench.ts';
import { writeRecord } from '../books/close-calls.ts';
import { settleBatch } from '../settlement/settle-batch.ts';
import { Holds } from './holds.ts';
import { Tombstones } from './tombstones.ts';

/** The most that a column of money holds, and nearly twice of it: the dearest rate for two minutes. */
const MOST = '999999999999.999999';
const BEYOND = '1999999999999.999998';

test('an amount that no book can hold refuses its own call and sets its own record aside, none beside it', async () => {
  await using bench = await openMoneyBench();
  const { store } = bench;
  const rich = await bench.tenant('rich', { balance: MOST, credit: MOST });
  const tenantId = await bench.tenant('acme', { balance: '10' });
  const trunkId = await bench.trunk('carrier');
  await bench.boot('b1');
  const boot = (): string => 'b1';
  const tombstones = new Tombstones(store, boot, silentLog);
  const wheel = new TimerWheel(systemClock);
  const holds = new Holds({
    admissions: store,
    extensions: store,
    tombstones,
    boot,
    wheel,
    deadlineMs: 10_000,
  });
  const wantedMicros = 2n * parseMicros(MOST)!;
  const dear = holds.admit(holdRequest('dear', { tenantId: rich, wantedMicros }));
  const mates = ['a', 'b', 'c'].map((charge) => holds.admit(holdRequest(charge, { tenantId })));
  await expect(dear).rejects.toThrow('22003');
  expect((await Promise.all(mates)).map(({ outcome }) => outcome)).toEqual([
    'held',
    'held',
    'held',
  ]);
  // What pays a little less is held in full.
  const whole = holdRequest('whole', { tenantId: rich, wantedMicros: parseMicros(MOST)! });
  expect(await holds.admit(whole)).toMatchObject({
    outcome: 'held',
    amountMicros: parseMicros(MOST),
  });

  const settled = await settleBatch(
    store,
    [
      closeRecord('a', { tenantId }),
      closeRecord('cost', { side: 'purchase', trunkId, amount: BEYOND }),
      closeRecord('b', { tenantId }),
      closeRecord('whole', { tenantId: rich, amount: MOST }),
    ].map(writeRecord),
  );
  expect(settled.answers.map(({ outcome }) => outcome)).toEqual(['charged', 'charged', 'charged']);
  expect(settled.poison.map(({ charge }) => charge)).toEqual(['cost']);
  // The smallest amount there is moves the balance by exactly itself.
  await settleBatch(store, [writeRecord(closeRecord('c', { tenantId, amount: '0.000001' }))]);
  expect(
    await bench.query('select name, balance, held, active from tenants order by name'),
  ).toEqual([
    { name: 'acme', balance: '9.799999', held: '0.000000', active: 0 },
    { name: 'rich', balance: '0.000000', held: '0.000000', active: 0 },
  ]);
  expect(await bench.contradictions()).toEqual([]);
});
