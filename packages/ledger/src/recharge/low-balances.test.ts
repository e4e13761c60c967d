import { Engine, silentLog } from '@tandem/engine';
import { expect, test } from 'vitest';
import { openMoneyBench } from '../../test/money-bench.ts';
import type { MoneyCaller } from '../books/money-caller.ts';
import { LowBalances } from './low-balances.ts';

async function openLow() {
  const bench = await openMoneyBench();
  const tenantId = await bench.tenant('acme', { balance: '4' });
  await bench.query('insert into billing_policies (tenant_id, low_balance) values ($1, 5)', [
    tenantId,
  ]);
  return bench;
}

/** A node that tells alerts. */
function openNode(name: string): { readonly alerts: LowBalances } {
  const engine = new Engine({ node: name });
  return { alerts: new LowBalances(engine.bus, silentLog) };
}

test('an alert that a node was about to tell as it died is told by another', async () => {
  await using bench = await openLow();
  const [first, second] = [openNode('node1'), openNode('node2')];
  // It dies between the mark and the event: nothing is told, and nothing is taken back.
  const dying: MoneyCaller = {
    async call(text, values) {
      await bench.store.call(text, values);
      throw new Error('killed');
    },
  };
  await expect(first.alerts.look(dying)).rejects.toThrow('killed');
  await second.alerts.look(bench.store);
  expect(second.alerts).toMatchObject({ told: 0, low: 1 });
  await bench.query(`update balance_alerts set claimed_until = now() - interval '1 s'`);
  await second.alerts.look(bench.store);
  expect(second.alerts).toMatchObject({ told: 1, low: 1 });
  await second.alerts.look(bench.store);
  await first.alerts.look(bench.store);
  expect([first.alerts.told, second.alerts.told]).toEqual([0, 1]);
  expect(await bench.query('select * from balance_alerts')).toEqual([]);
  // Again only after it was above.
  await bench.query('update tenants set balance = 6');
  await first.alerts.look(bench.store);
  await bench.query('update tenants set balance = 3');
  await Promise.all([first.alerts.look(bench.store), second.alerts.look(bench.store)]);
  expect(first.alerts.told + second.alerts.told).toBe(2);
});
