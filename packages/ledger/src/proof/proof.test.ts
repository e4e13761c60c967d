import type { ApiRequest } from '@tandem/messages';
import { answered, gone, hangup, progress } from '@tandem/testing';
import { databaseDesk } from '../desk/database-desk.ts';
import { describe, expect, test } from 'vitest';
import { type ChargedCalls, openChargedCalls } from '../../test/charged-calls.ts';
import { closeRecord, openMoneyBench } from '../../test/money-bench.ts';
import { closeCalls } from '../books/close-calls.ts';
import { proofVerbs } from './proof-verbs.ts';
import { reconcile } from './reconcile.ts';

async function ask(calls: ChargedCalls, method: string, path: string, part: Partial<ApiRequest>) {
  const { answers } = await calls.rig.engine.bus.gather('console.resources', {});
  const resource = answers
    .flatMap(({ answer }) => answer)
    .find((one) => one.method === method && one.path === path);
  return await resource!.handle({ params: {}, query: {}, body: {}, actor: 'test', ...part });
}

async function oneCall(calls: ChargedCalls): Promise<void> {
  const { rig } = calls;
  const caller = rig.call({}, { isQuick: true });
  await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(1);
  rig.leg('bob').tell(progress('d'));
  await calls.pass(1_000);
  rig.leg('bob').tell(answered('d'));
  await calls.pass(12_000);
  caller.tell(hangup('caller'));
  caller.tell(gone());
  rig.leg('bob').tell(gone());
  await calls.settle();
}

describe('proof', () => {
  test('a settled call is explained: attempts, hold, charge, trail; and the books agree', async () => {
    await using calls = await openChargedCalls('10');
    calls.facts = {
      ...calls.facts!,
      candidates: [
        { trunk: 'carrier-1', priority: 0, weight: 100, isTaken: true, reason: 'cheapest' },
      ],
    };
    await oneCall(calls);
    const { call_id: call } = await calls.row('select call_id from cdrs limit 1');
    const { body } = await ask(calls, 'GET', '/explain/{call}', {
      params: { call: String(call) },
    });
    expect(body).toMatchObject({
      id: call,
      tenant: 'acme',
      outcome: { status: 200, hangupBy: 'caller' },
      versions: { deck: 'sell-a@7', profile: 'std@3' },
      candidates: [{ trunk: 'carrier-1', isTaken: true }],
      attempts: [{ number: 1, trunk: 'carrier-1', ringMs: 1_000, cost: '0.008000' }],
      holds: [{ amount: '0.100000', state: 'settled' }],
      charge: { billedSeconds: 12, price: '0.020000', cost: '0.008000', currency: 'USD' },
    });
    expect(body).toMatchObject({
      trail: expect.arrayContaining([expect.objectContaining({ message: 'call.admit' })]) as [],
    });
    const proof = await ask(calls, 'GET', '/reconcile', {});
    expect(proof.body).toMatchObject({
      isClean: true,
      tenants: 1,
      carriers: 1,
      calls: 1,
      differences: [],
      holdsWithoutCall: [],
      poisonRecords: 0,
      journalRecords: 0,
    });
    const unknown = await ask(calls, 'GET', '/explain/{call}', { params: { call: 'x' } });
    expect(unknown.status).toBe(404);
  });

  test('a living call is explained from its hold', async () => {
    await using calls = await openChargedCalls('10');
    calls.rig.call();
    await expect.poll(() => calls.rig.legs.length, { timeout: 10_000 }).toBe(1);
    calls.rig.leg('bob').tell(answered('d'));
    await calls.pass(2_000);
    const [id] = calls.rig.switch.calls.map((call) => call.id);
    // Its hold is taken away behind its back: it is a call without one.
    await calls.pass(6_000);
    expect((await ask(calls, 'GET', '/reconcile', {})).body).toMatchObject({ isClean: true });
    await calls.bench.query(`create table hidden as select * from holds`);
    await calls.bench.query(`delete from holds where side = 'sale'`);
    const { body: proof } = await ask(calls, 'GET', '/reconcile', {});
    expect(proof).toMatchObject({
      isClean: false,
      callsWithoutHold: [expect.stringMatching(/^node1-node1b-c/)],
    });
    await calls.bench.query(`insert into holds select * from hidden where side = 'sale'`);
    const { body } = await ask(calls, 'GET', '/explain/{call}', { params: { call: id! } });
    expect(body).toMatchObject({
      tenant: 'acme',
      charge: null,
      holds: expect.arrayContaining([
        expect.objectContaining({ amount: '0.100000', state: 'held' }),
      ]) as [],
    });
  });

  test('a living call is listed with what is held for it and what it costs so far', async () => {
    await using calls = await openChargedCalls('10');
    calls.rig.call();
    await expect.poll(() => calls.rig.legs.length, { timeout: 10_000 }).toBe(1);
    const listed = () => calls.rig.switch.calls[0];
    expect(listed()).toMatchObject({ held: '0.100000', price: '0.000000', currency: 'USD' });
    calls.rig.leg('bob').tell(answered('d'));
    await calls.pass(30_500);
    // 31 seconds have begun, at 0.10 a minute; the next slice was asked for after half of the first.
    expect(listed()).toMatchObject({ price: '0.051667' });
    await expect.poll(() => listed()?.held, { timeout: 10_000 }).toBe('0.200000');
  });

  test('a balance moved by hand, a lost CDR and a stray hold are found', async () => {
    await using bench = await openMoneyBench();
    const tenantId = await bench.tenant('acme', { balance: '10' });
    const trunkId = await bench.trunk('carrier');
    await closeCalls(bench.store, [
      closeRecord('a', { tenantId }),
      closeRecord('b', { side: 'purchase', trunkId, amount: '0.020000' }),
    ]);
    expect(await reconcile(bench.store, 0)).toMatchObject({ isClean: true, calls: 1 });
    await bench.query('update tenants set balance = balance + 1');
    await bench.query(`delete from cdrs where leg = 'b'`);
    await bench.query(`insert into holds (charge_id, boot, side, tenant_id, amount, admitted_at)
      values ('stray', 'nobody', 'sale', ${tenantId}, 0.5, clock_timestamp() - interval '1 min')`);
    const found = await reconcile(bench.store, 3);
    expect(found).toMatchObject({
      isClean: false,
      holdsWithoutCall: ['stray'],
      journalRecords: 3,
      differences: [
        { kind: 'tenant', account: 'acme', difference: '1.000000', cdrs: '-0.100000' },
        { kind: 'carrier', account: 'carrier', difference: '0.020000' },
        { kind: 'held', account: 'acme', difference: '0.500000' },
        { kind: 'active', account: 'acme', difference: '1.000000' },
      ],
    });
  });

  test('a recharge is made once per reference, and is on the receipt', async () => {
    await using bench = await openMoneyBench();
    await bench.tenant('acme', { balance: '1' });
    await bench.tenant('beta');
    const said: string[] = [];
    const print = {
      line: (text: string) => void said.push(text),
      json: (value: unknown) => void said.push(JSON.stringify(value)),
      error: (text: string) => void said.push(text),
    };
    const [recharge, prove] = proofVerbs(databaseDesk(bench.store));
    const pay = (args: object) => recharge!.run({ json: false, remark: '', ...args }, print);
    expect(await pay({ tenant: 'acme', amount: 50, reference: 'inv-1' })).toBe(0);
    expect(await pay({ tenant: 'acme', amount: '50.00', reference: 'inv-1' })).toBe(0);
    expect(said[1]).toMatch(/balance 51\.000000 \(paid in before: not again\)/);
    expect(await bench.query(`select balance from tenants where name = 'acme'`)).toEqual([
      { balance: '51.000000' },
    ]);
    expect(await pay({ tenant: 'acme', amount: '60', reference: 'inv-1' })).toBe(1);
    expect(said.at(-1)).toMatch(/reference of another amount/);
    expect(await pay({ tenant: 'beta', amount: '1', reference: 'inv-1' })).toBe(1);
    expect(await pay({ tenant: 'nobody', amount: '1', reference: 'inv-2' })).toBe(1);
    expect(await pay({ tenant: 'acme', amount: 'much', reference: 'inv-3' })).toBe(2);
    expect(
      await Promise.all([1, 2, 3].map(() => pay({ tenant: 'beta', amount: 5, reference: 'r' }))),
    ).toEqual([0, 0, 0]);
    expect(await bench.query(`select balance from tenants where name = 'beta'`)).toEqual([
      { balance: '5.000000' },
    ]);
    expect(await prove!.run({ json: false }, print)).toBe(0);
    expect(said.at(-1)).toMatch(/no differences/);
  });

  test('a policy is set, shown with the overdraft it allows, and a low balance is told once', async () => {
    await using calls = await openChargedCalls('10');
    const low: unknown[] = [];
    calls.rig.engine.bus.watch('balance.low', ({ params }) => void low.push(params));
    const params = { tenant: 'acme' };
    const path = '/tenants/{tenant}/billing-policy';
    const body = { databaseAway: 'postpaid', awayLimit: '2.5', lowBalance: '20' };
    expect(await ask(calls, 'PUT', path, { params, body })).toMatchObject({
      status: 200,
      body: { orphans: 'beat', awayLimit: '2.500000', overdraftBound: '2.500000' },
    });
    expect(await ask(calls, 'PUT', path, { params, body: { orphans: 'never' } })).toMatchObject({
      status: 422,
      body: { error: { where: 'orphans' } },
    });
    expect(await ask(calls, 'GET', path, { params: { tenant: 'x' } })).toMatchObject({
      status: 404,
    });
    // A second node looks, too: the crossing is told by one of them.
    const sister = await calls.sister('node2');
    sister.rig.engine.bus.watch('balance.low', ({ params }) => void low.push(params));
    const both = async (): Promise<void> => {
      await Promise.all([calls.pass(11_000), sister.pass(11_000)]);
    };
    await both();
    await expect.poll(() => low, { timeout: 5_000 }).toHaveLength(1);
    expect(low).toEqual([
      { tenant: 'acme', currency: 'USD', balance: '10.000000', below: '20.000000' },
    ]);
    await calls.bench.query('update tenants set balance = balance + 20');
    await both();
    await calls.bench.query('update tenants set balance = balance - 20');
    await both();
    await expect.poll(() => low, { timeout: 5_000 }).toHaveLength(2);
    await sister[Symbol.asyncDispose]();
  });
});
