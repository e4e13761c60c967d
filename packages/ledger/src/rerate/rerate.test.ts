import { databaseDesk } from '../desk/database-desk.ts';
import { describe, expect, test } from 'vitest';
import { closeRecord, openMoneyBench } from '../../test/money-bench.ts';
import type { CloseRecord } from '../books/close-calls.ts';
import { closeCalls } from '../books/close-calls.ts';
import { reconcile } from '../proof/reconcile.ts';
import { findDeck, findParty } from './rating-deck.ts';
import { reratePeriod, type Rerating } from './rerate-period.ts';
import { rerateVerb } from './rerate-verb.ts';

const FROM = Date.UTC(2027, 0, 1);
const DAY_MS = 86_400_000;

/** A tenant with a deck at version 3 (49: 0.20, 4930: 0.06 at 1/1), and the rates before it. */
async function openRated() {
  const bench = await openMoneyBench();
  const tenantId = await bench.tenant('acme', { balance: '10' });
  const trunkId = await bench.trunk('carrier');
  const [deck] = await bench.query<{ id: string }>(
    `insert into rate_decks (name, kind, currency) values ('sell-a', 'sell', 'USD') returning id`,
  );
  const insert = `insert into rates (deck_id, prefix, rate, first, next) values ($1, $2, $3, $4, $5)`;
  await bench.query(insert, [deck!.id, '49', '0.20', 60, 60]);
  await bench.query(insert, [deck!.id, '4930', '0.06', 1, 1]);
  await bench.query('update tenants set deck_id = $1', [deck!.id]);
  await bench.query('update trunks set deck_id = $1', [deck!.id]);
  await bench.query(
    `insert into rate_deck_versions (deck_id, version, actor) values ($1, 1, 'test')`,
    [deck!.id],
  );
  await bench.query(
    `insert into rate_deck_archive (deck_id, version, prefix, caller_prefix, rate, first, next,
       connect_fee, effective_at, is_blocked)
     values ($1, 1, '', '', 0.30, 60, 60, 0, 'epoch', false)`,
    [deck!.id],
  );
  const record = (charge: string, called: string | null, part: Partial<CloseRecord> = {}) =>
    closeRecord(charge, {
      tenantId,
      startedAt: FROM + DAY_MS,
      ...part,
      cdr: {
        rated_called: called,
        talk_ms: 45_000,
        answer_time: new Date(FROM + DAY_MS).toISOString(),
        currency: 'USD',
        sell_rate: '0.100000',
        sell_increments: '60/60',
        sell_billed_s: 60,
        tenant_name: 'acme',
        ...part.cdr,
      },
    });
  await closeCalls(bench.store, [
    record('a', '4989123'),
    record('b', '4930123'),
    record('none', '33123'),
    record('unknown', null),
    record('busy', '4989123', {
      amount: '0.000000',
      cdr: { answer_time: null, talk_ms: 0, sell_billed_s: 0 },
    }),
    record('outside', '4989123', { startedAt: FROM - DAY_MS }),
    record('buy', '4989123', {
      side: 'purchase',
      tenantId: null,
      trunkId,
      cdr: { buy_rate: '0.050000', buy_increments: '60/60', buy_billed_s: 60 },
    }),
  ]);
  const run = async (
    post?: string,
    { deck: named, side = 'sale' as const }: { deck?: string; side?: 'sale' | 'purchase' } = {},
  ) => {
    const party = (await findParty(bench.store, side, side === 'sale' ? 'acme' : 'carrier'))!;
    const found = await findDeck(bench.store, party, named);
    if (typeof found === 'string') throw new Error(found);
    return await reratePeriod(bench.store, {
      party,
      deck: found,
      fromAt: FROM,
      toAt: FROM + 31 * DAY_MS,
      ...(post !== undefined && { post: { reference: post, actor: 'test' } }),
    });
  };
  const balance = async () =>
    (await bench.query('select balance from tenants'))[0]!['balance'] as string;
  return { bench, run, balance };
}

describe('re-rating', () => {
  test('shows what a period would cost, and writes nothing, until it is posted', async () => {
    const { bench, run, balance } = await openRated();
    await using _ = bench;
    expect(await run()).toMatchObject({
      deck: 'sell-a@3',
      currency: 'USD',
      calls: 5,
      unrated: 2,
      changed: 2,
      // 60 s at 0.20, and 45 s at 0.06; the busy one stays free.
      before: '0.200000',
      after: '0.245000',
      difference: '0.045000',
      posted: '0.000000',
      lines: [
        { prefix: '49', calls: 2, before: '0.100000', after: '0.200000' },
        { prefix: '4930', calls: 1, before: '0.100000', after: '0.045000' },
      ],
    } satisfies Partial<Rerating>);
    expect(await balance()).toBe('9.500000');
    expect(await bench.query('select count(*) from rerates')).toEqual([{ count: '0' }]);
  });

  test('posts each correction once, whoever asks how often; records keep their terms', async () => {
    const { bench, run, balance } = await openRated();
    await using _ = bench;
    const both = (await Promise.all([run('march'), run('march')])) as Rerating[];
    expect(both.map(({ posted }) => posted).toSorted()).toEqual(['0.000000', '0.045000']);
    expect(await run('march')).toMatchObject({ changed: 0, posted: '0.000000' });
    expect(await run('again')).toMatchObject({ changed: 0, posted: '0.000000' });
    expect(await balance()).toBe('9.455000');
    expect(
      await bench.query(`select cdr_id, kind, sell_rate, sell_amount from cdrs
        where call_id = 'call-of-a' order by kind`),
    ).toEqual([
      { cdr_id: 'a', kind: 'call', sell_rate: '0.100000', sell_amount: '0.100000' },
      {
        cdr_id: 'a/rerate/march',
        kind: 'correction',
        sell_rate: '0.200000',
        sell_amount: '0.100000',
      },
    ]);
    expect(await bench.contradictions()).toEqual([]);
    expect(await reconcile(bench.store, 0)).toMatchObject({ isClean: true });
    expect(
      await bench.query(`select revenue from daily_statistics where side = 'sale'`),
    ).toMatchObject([{ revenue: '0.445000' }]);
  });

  test('goes by an earlier version that is kept, and back', async () => {
    const { bench, run, balance } = await openRated();
    await using _ = bench;
    expect(await run('v1', { deck: 'sell-a@1' })).toMatchObject({
      deck: 'sell-a@1',
      unrated: 1,
      after: '0.900000',
      posted: '0.600000',
    });
    expect(await run('back')).toMatchObject({ before: '0.600000', posted: '-0.355000' });
    // What the deck has no rate for stays at its last price.
    expect(await balance()).toBe('9.255000');
    await expect(run('x', { deck: 'sell-a@2' })).rejects.toThrow('version 2 is not kept');
    expect(await run('v1', { deck: 'sell-a' })).toBe('the reference is that of another re-rating');
    expect(await bench.contradictions()).toEqual([]);
  });

  test('a carrier’s attempts are priced anew on the other side of the books', async () => {
    const { bench, run } = await openRated();
    await using _ = bench;
    expect(await run('c', { side: 'purchase' })).toMatchObject({ calls: 1, posted: '0.100000' });
    expect(await bench.query('select balance from trunks')).toEqual([{ balance: '-0.200000' }]);
    expect(await bench.contradictions()).toEqual([]);
    expect(await reconcile(bench.store, 0)).toMatchObject({ isClean: true });
  });

  test('the verb shows first, and posts only under a reference', async () => {
    const { bench, balance } = await openRated();
    await using _ = bench;
    const said: string[] = [];
    const say = (text: unknown): void => void said.push(String(text));
    const print = { line: say, error: say, json: say };
    const verb = rerateVerb(databaseDesk(bench.store));
    const period = { tenant: 'acme', from: '2027-01-01', to: '2027-02-01' };
    expect(await verb.run(period, print)).toBe(0);
    expect(said.splice(0).slice(-2)).toEqual([
      '0.200000 -> 0.245000 USD, difference 0.045000',
      'nothing was posted: --post --reference KEY does',
    ]);
    expect(await verb.run({ ...period, post: true }, print)).toBe(2);
    expect(await verb.run({ ...period, post: true, reference: 'r' }, print)).toBe(0);
    expect(said.at(-1)).toBe('posted: 0.045000 USD');
    expect(await balance()).toBe('9.455000');
    expect(await verb.run({ ...period, tenant: 'nobody' }, print)).toBe(2);
    expect(await verb.run({ ...period, trunk: 'carrier' }, print)).toBe(2);
    expect(await verb.run({ ...period, to: '2026-01-01' }, print)).toBe(2);
    expect(await verb.run({ ...period, deck: 'nothing' }, print)).toBe(2);
  });
});
