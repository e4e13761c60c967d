import { databaseDesk } from '../desk/database-desk.ts';
import { expect, test } from 'vitest';
import { closeRecord, holdRequest, openMoneyBench } from '../../test/money-bench.ts';
import { admitCalls } from '../books/admit-calls.ts';
import { writeRecord } from '../books/close-calls.ts';
import { reconcile } from '../proof/reconcile.ts';
import { settleBatch } from '../settlement/settle-batch.ts';
import { poisonResources } from './poison-resources.ts';
import { poisonVerb } from './poison-verb.ts';

test('a record that the database refuses is shown until it is mended, and then charged once', async () => {
  await using bench = await openMoneyBench();
  const { store } = bench;
  const tenantId = await bench.tenant('acme', { balance: '10' });
  await bench.boot('b1');
  await admitCalls(store, 'b1', [holdRequest('a', { tenantId })]);
  await bench.query('alter table cdrs add constraint no_caller check (a_number_in is not null)');
  const record = closeRecord('a', { tenantId });
  expect((await settleBatch(store, [writeRecord(record)])).poison).toHaveLength(1);
  // Replayed with its segment, it is the same one.
  expect((await settleBatch(store, [writeRecord(record)])).poison).toHaveLength(1);

  const [list, retry] = poisonResources(store);
  const request = { params: { charge: 'a' }, query: {}, body: {}, actor: 'test' };
  expect(await list!.handle(request)).toMatchObject({
    status: 200,
    body: { records: [{ charge: 'a', record: { amount: '0.100000', tenantId } }] },
  });
  expect(await reconcile(store, 0)).toMatchObject({ isClean: false, poisonRecords: 1 });
  expect(await retry!.handle(request)).toMatchObject({ status: 409 });
  const printed: string[] = [];
  const print = {
    line: (text: string) => void printed.push(text),
    error: (text: string) => void printed.push(text),
    json: () => undefined,
  };
  const verb = poisonVerb(databaseDesk(store));
  expect(await verb.run({}, print)).toBe(1);
  expect(printed.at(-1)).toBe('1 set aside');

  await bench.query('alter table cdrs drop constraint no_caller');
  expect(await verb.run({ retry: 'a' }, print)).toBe(0);
  expect(await verb.run({ retry: 'a' }, print)).toBe(1);
  expect(await verb.run({}, print)).toBe(0);
  expect(await retry!.handle(request)).toMatchObject({ status: 404 });
  expect(await bench.query('select balance, held, active from tenants')).toEqual([
    { balance: '9.900000', held: '0.000000', active: 0 },
  ]);
  expect(await reconcile(store, 0)).toMatchObject({ isClean: true });
  expect(await bench.contradictions()).toEqual([]);
});
