import { silentLog, systemClock, TandemError, TimerWheel } from '@tandem/engine';
import { expect, test } from 'vitest';
import { holdRequest, openMoneyBench } from '../../test/money-bench.ts';
import type { MoneyCaller } from '../books/money-caller.ts';
import { Holds } from './holds.ts';
import { Tombstones } from './tombstones.ts';

const TRIALS = 300;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('connections cut around the admission leave no hold, however late the bytes arrive', async () => {
  await using bench = await openMoneyBench(8);
  const tenantId = await bench.tenant('acme', { balance: '1000000' });
  const trunkId = await bench.trunk('acme-in');
  await bench.boot('b1');
  let state = 1;
  const roll = (): number => (state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647) / 2 ** 31;
  const late: Promise<unknown>[] = [];
  // The statement reaches the server up to 8 ms after we have given the connection up.
  const cut: MoneyCaller = {
    async call<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      const sent = pause(roll() * 8).then(() => bench.store.call<Row>(text, values));
      late.push(sent);
      await pause(roll() * 8);
      throw new TandemError('STORE_CONNECTION_LOST');
    },
  };
  const boot = (): string => 'b1';
  const tombstones = new Tombstones(bench.store, boot, silentLog);
  const holds = new Holds({
    admissions: cut,
    extensions: cut,
    tombstones,
    boot,
    wheel: new TimerWheel(systemClock),
    deadlineMs: 2_000,
  });
  const trial = async (index: number): Promise<void> => {
    await pause(roll() * 400);
    const request = holdRequest(`c${index}`, { tenantId, trunkId });
    await expect(holds.admit(request)).rejects.toThrow('STORE_CONNECTION_LOST');
  };
  await Promise.all(Array.from({ length: TRIALS }, (_, index) => trial(index)));
  await Promise.allSettled(late);
  await expect.poll(() => tombstones.waiting, { timeout: 10_000 }).toBe(0);
  await tombstones.retry();
  expect(await bench.query('select held, active from tenants')).toEqual([
    { held: '0.000000', active: 0 },
  ]);
  expect(await bench.contradictions()).toEqual([]);
});
