import { systemClock } from '@tandem/engine';
import { openStore } from '@tandem/store';
import { answered, gone, hangup } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { openChargedCalls, type ChargedCalls } from '../test/charged-calls.ts';
import { openCutRelay } from '../test/cut-relay.ts';
import { openMoneyBench } from '../test/money-bench.ts';

/** A node that reaches its database through a relay; the bench itself reaches it always. */
async function openCuttable(balance: string, section: Record<string, string> = {}) {
  const bench = await openMoneyBench();
  const { port } = new URL(bench.url);
  const relay = await openCutRelay(Number(port));
  const url = bench.url.replace(`:${port}/`, `:${relay.port}/`);
  const store = await openStore({ url, clock: systemClock, poolSize: 4 });
  const calls = await openChargedCalls(balance, section, {}, { ...bench, store });
  const cut = async (): Promise<void> => {
    relay.cut();
    await expect.poll(() => store.isUp, { timeout: 5_000 }).toBe(false);
  };
  const mend = async (): Promise<void> => {
    relay.mend();
    await expect.poll(() => store.isUp, { timeout: 10_000 }).toBe(true);
  };
  const close = calls[Symbol.asyncDispose];
  return Object.assign(calls, {
    cut,
    mend,
    [Symbol.asyncDispose]: async () => {
      relay.mend();
      await close();
      await store.close();
      await relay[Symbol.asyncDispose]();
    },
  });
}

/** Sets the tenant's policy, and waits until the node has read it. */
async function setPolicy(calls: ChargedCalls, away: string, limit: number) {
  const { bench, rig } = calls;
  // The sum of all limits is what the node shows: another tenant's tells that it has read them.
  await bench.tenant('marker');
  await bench.query(
    `insert into billing_policies (tenant_id, database_away, away_limit)
     select id, case name when 'marker' then 'postpaid' else $1::text end,
       case name when 'marker' then 1000 else $2::numeric end from tenants`,
    [away, limit],
  );
  await expect
    .poll(
      async () => {
        await calls.pass(1_000);
        const { answers } = await rig.engine.bus.gather('metrics.collect', {});
        const readings = answers.flatMap(({ answer }) => answer);
        return readings.find(({ name }) => name === 'tandem_overdraft_bound')?.value ?? 0;
      },
      { timeout: 20_000 },
    )
    .toBeGreaterThanOrEqual(1_000);
}

async function answeredCall(calls: ChargedCalls) {
  const caller = calls.rig.call({}, { isQuick: true });
  await expect.poll(() => calls.rig.legs.length, { timeout: 10_000 }).toBe(1);
  calls.rig.leg('bob').tell(answered('d'));
  await calls.pass(2_000);
  return caller;
}

describe('while the database is away', () => {
  test('prepaid calls run to their paid second, new ones are refused, records wait', async () => {
    await using calls = await openCuttable('10');
    const { rig } = calls;
    const caller = await answeredCall(calls);
    await calls.cut();
    const second = rig.call({}, { isQuick: true });
    await expect
      .poll(() => second.lastOf('failed'), { timeout: 10_000 })
      .toMatchObject({ status: 503 });
    await calls.pass(50_000);
    expect(caller.lastOf('hangup')).toBeUndefined();
    await calls.pass(10_000);
    expect(caller.lastOf('hangup')).toMatchObject({ reason: 'nocredit' });
    rig.leg('bob').tell(gone());
    await calls.mend();
    await calls.settle();
    expect(
      await calls.row(`select balance, held, active from tenants where name = 'acme'`),
    ).toEqual({
      balance: '9.900000',
      held: '0.000000',
      active: 0,
    });
    expect(await calls.bench.contradictions()).toEqual([]);
  });

  test('a postpaid tenant goes on, and calls anew, up to the cap of the node', async () => {
    await using calls = await openCuttable('10');
    const { rig, bench } = calls;
    await setPolicy(calls, 'postpaid', 0.35);
    const caller = await answeredCall(calls);
    await calls.cut();
    const second = rig.call({}, { isQuick: true });
    await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(2);
    rig.leg('bob').tell(answered('d'));
    // One slice is spent for the second call, and two more go to whichever asks first.
    await calls.pass(55_000);
    const third = rig.call({}, { isQuick: true });
    await expect
      .poll(() => third.lastOf('failed'), { timeout: 10_000 })
      .toMatchObject({ status: 503 });
    await calls.pass(180_000);
    expect(caller.lastOf('hangup')).toMatchObject({ reason: 'nocredit' });
    expect(second.lastOf('hangup')).toMatchObject({ reason: 'nocredit' });
    for (const leg of rig.legs) leg.tell(gone());
    await calls.mend();
    await calls.settle();
    const { balance } = await calls.row(`select balance from tenants where name = 'acme'`);
    expect(Number(balance)).toBeGreaterThanOrEqual(10 - 0.1 - 0.35);
    expect(Number(balance)).toBeLessThan(10 - 0.3);
    expect(await calls.row(`select held, active from tenants where name = 'acme'`)).toEqual({
      held: '0.000000',
      active: 0,
    });
    expect(await bench.contradictions()).toEqual([]);
  });

  test('a call that was let go unseen is held when the database is back, and goes on', async () => {
    await using calls = await openCuttable('10', { slice: '20s' });
    const { rig, bench } = calls;
    await setPolicy(calls, 'postpaid', 0.05);
    await calls.cut();
    const caller = await answeredCall(calls);
    expect(await calls.row('select count(*)::int as held from holds')).toEqual({ held: 0 });
    await calls.mend();
    // At half of its slice the next is asked for: of the database again, far beyond the cap.
    await calls.pass(70_000);
    expect(caller.lastOf('hangup')).toBeUndefined();
    await expect
      .poll(() => calls.row(`select held, active from tenants where name = 'acme'`), {
        timeout: 10_000,
      })
      .toMatchObject({ active: 1, held: expect.stringMatching(/^0\.1/) as string });
    caller.tell(hangup('caller'));
    caller.tell(gone());
    rig.leg('bob').tell(gone());
    await calls.settle();
    expect(await calls.row(`select held, active from tenants where name = 'acme'`)).toEqual({
      held: '0.000000',
      active: 0,
    });
    expect(
      Number((await calls.row(`select balance from tenants where name = 'acme'`))['balance']),
    ).toBeLessThan(9.9);
    expect(await bench.contradictions()).toEqual([]);
    // What was spent unseen is on the balance: the cap is whole again.
    await calls.cut();
    rig.call();
    await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(2);
    for (const leg of rig.legs) leg.tell(gone());
    await calls.mend();
  });

  test('a tenant that wants no call without the database has none', async () => {
    await using calls = await openCuttable('10');
    const { rig, bench } = calls;
    await setPolicy(calls, 'refuse', 0);
    const caller = await answeredCall(calls);
    await calls.cut();
    const second = rig.call({}, { isQuick: true });
    await expect
      .poll(() => second.lastOf('failed'), { timeout: 10_000 })
      .toMatchObject({ status: 503 });
    // Not yet: a database that is away for a moment ends nothing.
    await calls.pass(3_000);
    expect(caller.lastOf('hangup')).toBeUndefined();
    const isEnded = async (): Promise<unknown> => {
      await calls.pass(1_000);
      return caller.lastOf('hangup');
    };
    await expect
      .poll(isEnded, { timeout: 15_000 })
      .toMatchObject({ by: 'engine', reason: 'noresource' });
    rig.leg('bob').tell(gone());
    await calls.mend();
    await calls.settle();
    expect(await bench.contradictions()).toEqual([]);
  });

  test('with admission = node, calls are judged by local counters and settled later', async () => {
    await using calls = await openCuttable('10', { admission: 'node' });
    const { rig, bench } = calls;
    calls.facts = { ...calls.facts!, tenant: { ...calls.facts!.tenant, maxCalls: 1 } };
    await calls.cut();
    const caller = await answeredCall(calls);
    const second = rig.call({}, { isQuick: true });
    await expect
      .poll(() => second.lastOf('failed'), { timeout: 10_000 })
      .toMatchObject({ status: 503 });
    await calls.pass(10_000);
    caller.tell(hangup('caller'));
    caller.tell(gone());
    rig.leg('bob').tell(gone());
    await calls.pass(1_000);
    rig.call();
    await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(2);
    await calls.mend();
    await calls.settle();
    expect(await calls.row(`select balance from tenants where name = 'acme'`)).toEqual({
      balance: '9.980000',
    });
    expect(await bench.contradictions()).toEqual([]);
  });
});
