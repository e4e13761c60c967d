import { describe, expect, test } from 'vitest';
import {
  holdRequest as request,
  type MoneyBench,
  openMoneyBench,
  type TenantSetup,
} from '../../test/money-bench.ts';
import { admitCalls, extendCalls, type HoldAnswer, releaseCalls } from './admit-calls.ts';

async function withTenant(setup: TenantSetup) {
  const bench = await openMoneyBench();
  const tenantId = await bench.tenant('acme', setup);
  await bench.boot('b1');
  return Object.assign(bench, { tenantId });
}

/** One database statement per request, as many at once as there are connections. */
async function admitAtOnce(
  bench: MoneyBench,
  boots: readonly string[],
  calls: number,
  one: object,
) {
  const lanes = boots.map((boot) => bench.lane(boot, 5));
  const answers = await Promise.all(
    Array.from({ length: calls }, (_, index) =>
      admitCalls(lanes[index % lanes.length]!, boots[index % boots.length]!, [
        request(`c${index}`, one),
      ]),
    ),
  );
  return countOutcomes(answers.flat());
}

function countOutcomes(answers: readonly HoldAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of answers) counts[outcome] = (counts[outcome] ?? 0) + 1;
  return counts;
}

describe('admission over the whole cluster', () => {
  test('of 300 calls at once over three nodes, a tenant of 30 calls gets exactly 30', async () => {
    await using bench = await withTenant({ balance: '1000', maxCalls: 30 });
    const boots = [await bench.boot('n1'), await bench.boot('n2'), await bench.boot('n3')];
    const { tenantId } = bench;
    expect(await admitAtOnce(bench, boots, 300, { tenantId })).toEqual({
      held: 30,
      tenantcalls: 270,
    });
    expect(await bench.contradictions()).toEqual([]);
  });

  test('a batch is as exact as single calls, and an inbound trunk has limits of its own', async () => {
    await using bench = await withTenant({ balance: '1000', maxCalls: 50 });
    const { tenantId, store } = bench;
    const trunkId = await bench.trunk('acme-in', 7);
    const calls = Array.from({ length: 100 }, (_, index) =>
      request(`c${index}`, { tenantId, trunkId: index < 20 ? trunkId : null }),
    );
    expect(countOutcomes(await admitCalls(store, 'b1', calls))).toEqual({
      held: 50,
      trunkcalls: 13,
      tenantcalls: 37,
    });
    expect(await bench.contradictions()).toEqual([]);
  });

  test('fifty calls at once with money for one minute: one of them is let through', async () => {
    await using bench = await withTenant({ balance: '0.10' });
    const boots = [await bench.boot('n1'), await bench.boot('n2'), await bench.boot('n3')];
    const { tenantId } = bench;
    expect(await admitAtOnce(bench, boots, 50, { tenantId })).toEqual({ held: 1, nocredit: 49 });
    expect(await bench.contradictions()).toEqual([]);
  });

  test('what is left of the money is held if it pays the first increment', async () => {
    await using bench = await withTenant({ balance: '0.05', credit: '0.01' });
    const { tenantId, store } = bench;
    const one = { tenantId, wantedMicros: 40_000n, leastMicros: 15_000n };
    const answers = await admitCalls(store, 'b1', [
      request('a', one),
      request('b', one),
      request('c', one),
    ]);
    expect(answers.map(({ outcome, amountMicros }) => [outcome, amountMicros])).toEqual([
      ['held', 40_000n],
      ['held', 20_000n],
      ['nocredit', 0n],
    ]);
  });

  test('twenty calls a second, offered 200 at once: the burst, and no more', async () => {
    await using bench = await withTenant({ balance: '1000', callsPerSecondMax: 20 });
    const { tenantId, store } = bench;
    const calls = Array.from({ length: 200 }, (_, index) => request(`c${index}`, { tenantId }));
    expect(countOutcomes(await admitCalls(store, 'b1', calls))).toEqual({
      held: 2,
      tenantrate: 198,
    });
  });

  test('twenty calls a second, offered 200 a second over three nodes: never above 20 and a burst in any second', async () => {
    await using bench = await withTenant({ balance: '1000', callsPerSecondMax: 20 });
    const boots = [await bench.boot('n1'), await bench.boot('n2'), await bench.boot('n3')];
    const lanes = boots.map((boot) => bench.lane(boot, 4));
    const { tenantId } = bench;
    const admitted: { readonly sentMs: number; readonly heldMs: number }[] = [];
    const begunMs = performance.now();
    const offer = async (index: number): Promise<void> => {
      const at = index % boots.length;
      const sentMs = performance.now();
      const [answer] = await admitCalls(lanes[at]!, boots[at]!, [
        request(`c${index}`, { tenantId }),
      ]);
      if (answer?.outcome === 'held') admitted.push({ sentMs, heldMs: performance.now() });
    };
    const offers: Promise<void>[] = [];
    while (performance.now() - begunMs < 2_000) {
      offers.push(offer(offers.length));
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await Promise.all(offers);
    // Whatever was admitted between a sending and an answer at most a second apart.
    const inSecond = admitted.map(
      ({ sentMs }) =>
        admitted.filter((one) => one.sentMs >= sentMs && one.heldMs <= sentMs + 1_000).length,
    );
    expect(Math.max(...inSecond)).toBeLessThanOrEqual(20 + 2);
    expect(admitted.length).toBeGreaterThan(20);
    expect(admitted.length).toBeLessThanOrEqual(2 + (20 * (performance.now() - begunMs)) / 1_000);
  });

  test('the same request twice is one hold, in one batch and in two', async () => {
    await using bench = await withTenant({ balance: '1' });
    const { tenantId, store } = bench;
    const one = request('a', { tenantId });
    expect(countOutcomes(await admitCalls(store, 'b1', [one, one]))).toEqual({ held: 1 });
    expect(countOutcomes(await admitCalls(store, 'b1', [one]))).toEqual({ held: 1 });
    const [sums] = await bench.query('select held, active from tenants');
    expect(sums).toEqual({ held: '0.100000', active: 1 });
  });

  test('a tombstone refuses a late admission, and frees an early one', async () => {
    await using bench = await withTenant({ balance: '1' });
    const { tenantId, store } = bench;
    const trunkId = await bench.trunk('acme-in', 5);
    const late = request('late', { tenantId, trunkId });
    const early = request('early', { tenantId, trunkId });
    await admitCalls(store, 'b1', [early]);
    expect(await releaseCalls(store, 'b1', [late, early])).toBe(1);
    expect(await releaseCalls(store, 'b1', [late, early])).toBe(0);
    expect(countOutcomes(await admitCalls(store, 'b1', [late, early]))).toEqual({ gone: 2 });
    const [sums] = await bench.query('select held, active from tenants');
    expect(sums).toEqual({ held: '0.000000', active: 0 });
    expect(await bench.contradictions()).toEqual([]);
  });

  test('a boot that is not live, a tenant that is none and one put out of service get nothing', async () => {
    await using bench = await withTenant({ balance: '1' });
    const { tenantId, store } = bench;
    expect(countOutcomes(await admitCalls(store, 'x', [request('a', { tenantId })]))).toEqual({
      dead: 1,
    });
    const stranger = request('b', { tenantId: '4711' });
    expect(countOutcomes(await admitCalls(store, 'b1', [stranger]))).toEqual({ notenant: 1 });
    await bench.query('update tenants set is_active = false');
    expect(countOutcomes(await admitCalls(store, 'b1', [request('c', { tenantId })]))).toEqual({
      notenant: 1,
    });
  });

  test('an attempt counts against its trunk, and costs no tenant anything', async () => {
    await using bench = await withTenant({ balance: '1' });
    const trunkId = await bench.trunk('carrier', 2);
    const attempts = ['a', 'b', 'c'].map((charge) =>
      request(charge, { side: 'purchase', trunkId, wantedMicros: 0n, leastMicros: 0n }),
    );
    expect(countOutcomes(await admitCalls(bench.store, 'b1', attempts))).toEqual({
      held: 2,
      trunkcalls: 1,
    });
    expect(await bench.contradictions()).toEqual([]);
  });
});

describe('extension', () => {
  test('sets an absolute amount: asked twice, it is held once', async () => {
    await using bench = await withTenant({ balance: '1' });
    const { tenantId, store } = bench;
    await admitCalls(store, 'b1', [request('a', { tenantId })]);
    const more = { charge: 'a', tenantId, targetMicros: 200_000n };
    for (let time = 0; time < 2; time++) {
      expect(await extendCalls(store, 'b1', [more])).toEqual([
        { charge: 'a', outcome: 'held', amountMicros: 200_000n },
      ]);
    }
    expect(await bench.contradictions()).toEqual([]);
  });

  test('goes as far as the money does, then no further', async () => {
    await using bench = await withTenant({ balance: '0.15' });
    const { tenantId, store } = bench;
    await admitCalls(store, 'b1', [request('a', { tenantId })]);
    const more = { charge: 'a', tenantId, targetMicros: 200_000n };
    expect((await extendCalls(store, 'b1', [more]))[0]).toMatchObject({
      outcome: 'held',
      amountMicros: 150_000n,
    });
    expect((await extendCalls(store, 'b1', [more]))[0]).toMatchObject({ outcome: 'nocredit' });
    expect(await bench.contradictions()).toEqual([]);
  });

  test('a call that was closed, or is another boot’s, is gone', async () => {
    await using bench = await withTenant({ balance: '1' });
    const { tenantId, store } = bench;
    await bench.boot('b2');
    await admitCalls(store, 'b1', [request('a', { tenantId })]);
    const more = { charge: 'a', tenantId, targetMicros: 200_000n };
    expect((await extendCalls(store, 'b2', [more]))[0]).toMatchObject({ outcome: 'gone' });
    await releaseCalls(store, 'b1', [request('a', { tenantId })]);
    expect((await extendCalls(store, 'b1', [more]))[0]).toMatchObject({ outcome: 'gone' });
  });
});
