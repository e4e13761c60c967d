import { answered, gone, hangup, progress } from '@tandem/testing';
import { describe, expect, test } from 'vitest';
import { openChargedCalls, terms } from '../test/charged-calls.ts';

describe('a call of a tenant', () => {
  test('is held for, charged for its talk, and has a CDR for itself and its attempt', async () => {
    await using calls = await openChargedCalls('10');
    const { rig, bench } = calls;
    const caller = rig.call({ called: '0049302' }, { isQuick: true });
    await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(1);
    expect(await calls.row('select held, active from tenants')).toEqual({
      held: '0.100000',
      active: 1,
    });
    const bob = rig.leg('bob');
    await calls.pass(2_000);
    bob.tell(progress('d'));
    await calls.pass(3_000);
    bob.tell(answered('d'));
    await calls.pass(24_500);
    caller.tell(hangup('caller'));
    caller.tell(gone());
    bob.tell(gone());
    await calls.settle();
    expect(await calls.row('select balance, held, active from tenants')).toEqual({
      balance: '9.958333',
      held: '0.000000',
      active: 0,
    });
    expect(await calls.row('select balance, active from trunks')).toEqual({
      balance: '-0.016667',
      active: 0,
    });
    const rows = await bench.query<Record<string, unknown>>(
      `select kind, leg, attempt, status, duration_ms, talk_ms, pdd_ms, sell_billed_s, sell_amount,
         buy_billed_s, buy_amount, margin, tenant_trunk, vendor_trunk, deck_version, route_version,
         a_number_in, b_number_in, hangup_by, refused_limit from cdrs order by leg`,
    );
    expect(rows).toMatchObject([
      {
        kind: 'call',
        status: 'answered',
        talk_ms: '24500',
        sell_billed_s: 25,
        sell_amount: '0.041667',
        deck_version: 'sell-a@7',
        route_version: 'std@3',
        a_number_in: '+49891',
        b_number_in: '0049302',
        hangup_by: 'caller',
        refused_limit: null,
      },
      {
        kind: 'attempt',
        attempt: 1,
        buy_billed_s: 25,
        buy_amount: '0.016667',
        margin: '0.025000',
        vendor_trunk: 'carrier-1',
        deck_version: 'buy-a@7',
      },
    ]);
    expect(await bench.contradictions()).toEqual([]);
  });

  test('that is cancelled while it rings costs nothing and frees what was held', async () => {
    await using calls = await openChargedCalls('10');
    const { rig, bench } = calls;
    const caller = rig.call({}, { isQuick: true });
    await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(1);
    rig.leg('bob').tell(progress('d'));
    caller.tell(hangup('caller'));
    caller.tell(gone());
    rig.leg('bob').tell(gone());
    await calls.settle();
    expect(await calls.row('select balance, held, active from tenants')).toEqual({
      balance: '10.000000',
      held: '0.000000',
      active: 0,
    });
    expect(await calls.row(`select status, sell_amount from cdrs where leg = 'a'`)).toEqual({
      status: 'cancelled',
      sell_amount: '0.000000',
    });
    expect(await bench.contradictions()).toEqual([]);
  });

  test('without money is refused with 402, and its free CDR says which limit it was', async () => {
    await using calls = await openChargedCalls('0');
    const { rig, bench } = calls;
    const caller = rig.call({}, { isQuick: true });
    await expect
      .poll(() => caller.lastOf('failed'), { timeout: 10_000 })
      .toMatchObject({ status: 402 });
    await calls.settle();
    expect(
      await calls.row('select status, sell_amount, refused_limit, reject_code, sip_code from cdrs'),
    ).toEqual({
      status: 'failed',
      sell_amount: '0.000000',
      refused_limit: 'tenant.credit',
      reject_code: 'nocredit',
      sip_code: 402,
    });
    expect(await bench.contradictions()).toEqual([]);
  });

  test('beyond a limit gets 503 without Retry-After', async () => {
    await using calls = await openChargedCalls('10', {}, { maxCalls: 1 });
    const { rig } = calls;
    const first = rig.call();
    await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(1);
    const second = rig.call({}, { isQuick: true });
    await expect
      .poll(() => second.lastOf('failed'), { timeout: 10_000 })
      .toMatchObject({ status: 503 });
    expect(second.lastOf('failed')?.retryAfterSeconds).toBeUndefined();
    first.tell(hangup('caller'));
    first.tell(gone());
    rig.leg('bob').tell(gone());
    await calls.settle();
  });

  test('goes on slice by slice, is warned, and ends at the second that is paid last', async () => {
    await using calls = await openChargedCalls('0.25');
    const { rig, bench } = calls;
    const expiring: number[] = [];
    rig.engine.bus.watch('call.expiring', ({ params }) => {
      if ('leftMs' in params) expiring.push(params.leftMs);
    });
    const caller = rig.call({}, { isQuick: true });
    await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(1);
    rig.leg('bob').tell(answered('d'));
    await calls.pass(31_000);
    await expect
      .poll(() => calls.row('select held from tenants'), { timeout: 10_000 })
      .toEqual({ held: '0.200000' });
    await calls.pass(118_000);
    expect(caller.lastOf('hangup')).toBeUndefined();
    expect(expiring).toHaveLength(1);
    await calls.pass(2_000);
    expect(caller.lastOf('hangup')).toMatchObject({ reason: 'nocredit', q850: 21, sipCause: 402 });
    rig.leg('bob').tell(gone());
    await calls.settle();
    expect(await calls.row('select balance, held, active from tenants')).toEqual({
      balance: '0.000000',
      held: '0.000000',
      active: 0,
    });
    expect(await bench.contradictions()).toEqual([]);
  });

  test('of nobody is free, and has a record all the same', async () => {
    await using calls = await openChargedCalls('1');
    const { rig } = calls;
    calls.facts = undefined;
    rig.routeTo(['bob']);
    const caller = rig.call();
    rig.leg('bob').tell(answered('d'));
    await calls.pass(5_000);
    caller.tell(hangup('caller'));
    caller.tell(gone());
    rig.leg('bob').tell(gone());
    await calls.settle();
    expect(await calls.row('select tenant_id, status, sell_amount, talk_ms from cdrs')).toEqual({
      tenant_id: null,
      status: 'answered',
      sell_amount: '0.000000',
      talk_ms: '5000',
    });
  });

  test('ends when the database has closed it behind our back', async () => {
    await using calls = await openChargedCalls('10');
    const { rig, bench } = calls;
    const caller = rig.call({}, { isQuick: true });
    await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(1);
    rig.leg('bob').tell(answered('d'));
    await calls.pass(5_000);
    await bench.query(`update node_boots set state = 'dead'`);
    await calls.pass(4_000);
    expect(caller.lastOf('hangup')).toMatchObject({ reason: 'noresource' });
    rig.leg('bob').tell(gone());
    await calls.settle();
    const isBack = async (): Promise<unknown> => {
      await calls.pass(1_000);
      return (await calls.row(`select state from node_boots where boot = 'node1br1'`))['state'];
    };
    await expect.poll(isBack, { timeout: 15_000 }).toBe('live');
    expect(await bench.query('select boot, state from node_boots order by boot')).toEqual([
      { boot: 'node1b', state: 'dead' },
      { boot: 'node1br1', state: 'live' },
    ]);
    expect(await bench.contradictions()).toEqual([]);
    rig.call();
    await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(2);
  });

  test('whose answer has come is on its hold with the next beat', async () => {
    await using calls = await openChargedCalls('10');
    const { rig } = calls;
    rig.call();
    await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(1);
    rig.leg('bob').tell(answered('d'));
    // A beat waits for the disk to have what ended before it.
    await expect
      .poll(
        async () => {
          await calls.pass(1_000);
          return (await calls.row(`select count(answered_at)::int as written from holds`))[
            'written'
          ];
        },
        { timeout: 10_000 },
      )
      .toBe(2);
  });

  test('that costs a connect fee pays it even if it is hung up at once', async () => {
    await using calls = await openChargedCalls('10');
    const { rig } = calls;
    calls.facts = { ...calls.facts!, sell: terms({ connectFeeMicros: 20_000n }) };
    const caller = rig.call();
    await expect.poll(() => rig.legs.length, { timeout: 10_000 }).toBe(1);
    rig.leg('bob').tell(answered('d'));
    caller.tell(hangup('caller'));
    caller.tell(gone());
    rig.leg('bob').tell(gone());
    await calls.settle();
    expect(await calls.row('select balance from tenants')).toEqual({ balance: '9.980000' });
  });
});
