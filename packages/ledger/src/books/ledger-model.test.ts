import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LedgerModel, type ModelParty, ownerOf, type Step } from '../../test/ledger-model.ts';
import {
  closeRecord,
  holdRequest,
  type MoneyBench,
  openMoneyBench,
} from '../../test/money-bench.ts';
import { reconcile } from '../proof/reconcile.ts';
import { rechargeTenant } from '../recharge/recharge-tenant.ts';
import { admitCalls, extendCalls, releaseCalls } from './admit-calls.ts';
import { closeCalls } from './close-calls.ts';

/*
 * Random histories of admissions, extensions, releases, ends by owner and survivor, payments and
 * re-rating, told to the database and to a model of a page: each answer and all sums are the same.
 *
 *   TANDEM_HISTORIES=2000 npx vitest run packages/ledger/src/books/ledger-model
 */
const HISTORIES = Number(process.env['TANDEM_HISTORIES'] ?? 60);
/** Of small numbers: amounts meet each other and the balance, and limits are reached. */
const CHARGES = 12;
const BALANCE = 12;
const TENANT_CALLS_MAX = 2;
const TRUNK_CALLS_MAX = 1;
const STARTED_AT = Date.UTC(2026, 10, 21, 12);

const charge = fc.integer({ min: 0, max: CHARGES - 1 });
const cents = fc.integer({ min: 1, max: 8 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('admit'), charge, wanted: cents, least: cents }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('extend'),
      charge,
      target: fc.integer({ min: 1, max: 16 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release'), charge }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('close'),
      charge,
      amount: fc.integer({ min: 0, max: 8 }),
      by: fc.constantFrom('owner', 'orphan'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('recharge'),
      party: fc.constantFrom(0, 1),
      amount: cents,
      reference: fc.integer({ min: 0, max: 1 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('rerate'),
      charge,
      target: fc.integer({ min: 0, max: 8 }),
      reference: fc.integer({ min: 0, max: 1 }),
    }),
  },
);

const toCents = (text: unknown): number => Math.round(Number(text) * 100);
const toMicros = (amount: number): bigint => BigInt(amount) * 10_000n;
const toText = (amount: number): string => (amount / 100).toFixed(6);

/** The same history told to the database, under names of its own. */
class RealLedger {
  readonly #bench: MoneyBench;
  readonly #name: string;
  readonly #tenants: readonly string[];
  readonly #trunks: readonly string[];

  private constructor(bench: MoneyBench, name: string, tenants: string[], trunks: string[]) {
    this.#bench = bench;
    this.#name = name;
    this.#tenants = tenants;
    this.#trunks = trunks;
  }

  static async begin(bench: MoneyBench, name: string): Promise<RealLedger> {
    const setup = { balance: toText(BALANCE), maxCalls: TENANT_CALLS_MAX };
    const tenants = [
      await bench.tenant(`${name}-t0`, setup),
      await bench.tenant(`${name}-t1`, setup),
    ];
    const trunks = [
      await bench.trunk(`${name}-c0`, TRUNK_CALLS_MAX),
      await bench.trunk(`${name}-c1`, TRUNK_CALLS_MAX),
    ];
    for (const reference of [0, 1]) {
      await bench.store.call(
        `insert into rerates (reference, side, party_id, from_at, to_at, deck, version, actor)
         values ($1, 'sale', 0, 'epoch', 'epoch', '', 0, 'test')`,
        [`${name}-${reference}`],
      );
    }
    return new RealLedger(bench, name, tenants, trunks);
  }

  async take(one: Step): Promise<string> {
    const { store } = this.#bench;
    if (one.kind === 'recharge') {
      const paid = await rechargeTenant(store, {
        tenant: `${this.#name}-t${one.party}`,
        amountMicros: toMicros(one.amount),
        reference: `${this.#name}-${one.party}-${one.reference}`,
        remark: '',
        actor: 'test',
      });
      if (typeof paid === 'string') return paid;
      return paid.isRepeat ? 'again' : 'paid';
    }
    const id = `${this.#name}-${one.charge}`;
    const { side, party } = ownerOf(one.charge);
    const isSale = side === 'sale';
    const tenantId = isSale ? this.#tenants[party]! : null;
    const trunkId = isSale ? null : this.#trunks[party]!;
    const whose = { side, tenantId, trunkId };
    if (one.kind === 'admit') {
      const wantedMicros = toMicros(one.wanted);
      const leastMicros = toMicros(one.least);
      const request = holdRequest(id, { ...whose, wantedMicros, leastMicros });
      const [answer] = await admitCalls(store, 'b1', [request, request]);
      return `${answer!.outcome} ${Number(answer!.amountMicros) / 10_000}`;
    }
    if (one.kind === 'extend') {
      const asked = { charge: id, tenantId: tenantId ?? '0', targetMicros: toMicros(one.target) };
      const [answer] = await extendCalls(store, 'b1', [asked]);
      return `${answer!.outcome} ${Number(answer!.amountMicros) / 10_000}`;
    }
    if (one.kind === 'release') {
      return `${await releaseCalls(store, 'b1', [{ charge: id, ...whose }])}`;
    }
    if (one.kind === 'close') {
      const record = closeRecord(id, { ...whose, by: one.by, amount: toText(one.amount) });
      const [answer] = await closeCalls(store, [record, record]);
      return answer!.outcome;
    }
    const [row] = await store.call<{ difference: string }>(
      `select difference from rerate_calls_1($1, $2, $3, array[$4], array[$5::timestamptz],
         array[$6::numeric], array['{}'::jsonb])`,
      [
        `${this.#name}-${one.reference}`,
        side,
        tenantId ?? trunkId,
        id,
        new Date(STARTED_AT).toISOString(),
        toText(one.target),
      ],
    );
    return `${toCents(row!.difference)}`;
  }

  /** Balance, held and active of all parties, in cents. */
  async sums(): Promise<readonly string[]> {
    const rows = await this.#bench.query(
      `select 0 as kind, id, balance, held, active from tenants where id = any($1::bigint[])
       union all
       select 1, id, balance, 0, active from trunks where id = any($2::bigint[])
       order by kind, id`,
      [this.#tenants, this.#trunks],
    );
    return rows.map((row) => sumsOf(toCents(row['balance']), toCents(row['held']), row['active']));
  }
}

const sumsOf = (balance: number, held: number, active: unknown): string =>
  `${balance} held ${held} for ${Number(active)}`;

const modelSums = ({ balance, held, active }: ModelParty): string => sumsOf(balance, held, active);

describe('the ledger over random histories', () => {
  test('answers as its model does, and ends with the same sums', async () => {
    await using bench = await openMoneyBench();
    await bench.boot('b1');
    let number = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (history) => {
        const model = new LedgerModel(BALANCE, TENANT_CALLS_MAX, TRUNK_CALLS_MAX);
        const real = await RealLedger.begin(bench, `h${++number}`);
        // Extending is for sales alone: a purchase holds no money.
        for (const one of history) {
          if (one.kind === 'extend' && ownerOf(one.charge).side === 'purchase') continue;
          expect(await real.take(one), JSON.stringify(one)).toBe(model.take(one));
        }
        expect(await real.sums()).toEqual([...model.tenants, ...model.trunks].map(modelSums));
      }),
      { numRuns: HISTORIES, seed: 20_261_121 },
    );
    expect(await bench.contradictions()).toEqual([]);
    expect(await reconcile(bench.store, 0)).toMatchObject({
      differences: [],
      callsWithoutHold: [],
    });
  }, 1_200_000);
});
