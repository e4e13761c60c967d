import { expect, test } from 'vitest';
import { holdRequest, openMoneyBench } from '../../test/money-bench.ts';
import { openCharge } from '../../test/open-charge.ts';
import { admitCalls } from '../books/admit-calls.ts';
import { closeCalls } from '../books/close-calls.ts';
import { closeRecord } from '../../test/money-bench.ts';
import { sweepHolds } from './sweep-holds.ts';

const CALLS = 1_200;

test('all calls of a dead node are closed in one sweep, each by the policy of its tenant', async () => {
  await using bench = await openMoneyBench();
  const { store } = bench;
  const strict = await bench.tenant('strict', { balance: '1000' });
  const lenient = await bench.tenant('lenient', { balance: '1000' });
  await bench.query(`insert into billing_policies (tenant_id, orphans) values ($1, 'free')`, [
    lenient,
  ]);
  await bench.boot('gone');
  await bench.boot('alive');
  const requestOf = (charge: string, boot: string, tenantId: string) =>
    holdRequest(charge, { tenantId, record: JSON.stringify(openCharge(charge, boot, tenantId)) });
  const calls = Array.from({ length: CALLS }, (_, index) =>
    requestOf(`c${index}`, 'gone', index % 3 === 0 ? lenient : strict),
  );
  await admitCalls(store, 'gone', calls);
  await admitCalls(store, 'alive', [requestOf('kept', 'alive', strict)]);
  // Answered ten seconds before the last beat; every sixth was never answered.
  await bench.query(`
    update holds h set answered_at = b.last_seen - interval '10 s' from node_boots b
    where b.boot = h.boot and right(h.charge_id, 1)::text not in ('0', '5')`);
  await bench.query(`update node_boots set state = 'dead' where boot = 'gone'`);

  expect(await sweepHolds(store)).toEqual({ closed: CALLS, poison: 0 });
  expect(await sweepHolds(store)).toEqual({ closed: 0, poison: 0 });
  const [charged] = await bench.query(`
    select count(*)::int as calls, (count(*) filter (where amount = 0.1))::int as paid,
      (count(*) filter (where amount > 0 and tenant_id = ${lenient}))::int as "paidByLenient"
    from charges`);
  expect(charged).toEqual({ calls: CALLS, paid: 640, paidByLenient: 0 });
  expect(await bench.query('select name, active, balance from tenants order by name')).toEqual([
    { name: 'lenient', active: 0, balance: '1000.000000' },
    { name: 'strict', active: 1, balance: '936.000000' },
  ]);

  // Its node comes back and knows better: the difference is posted, once, also to who was let off.
  const late = [
    closeRecord('c3', { tenantId: lenient, boot: 'gone', amount: '0.200000' }),
    closeRecord('c4', { tenantId: strict, boot: 'gone', amount: '0.300000' }),
  ];
  for (const outcome of ['late', 'known']) {
    expect((await closeCalls(store, late)).map((answer) => answer.outcome)).toEqual([
      outcome,
      outcome,
    ]);
  }
  expect(await bench.query('select name, balance from tenants order by name')).toEqual([
    { name: 'lenient', balance: '999.800000' },
    { name: 'strict', balance: '935.800000' },
  ]);
  expect(await bench.contradictions()).toEqual([]);
});
