import { ledgerMigrations } from '@tandem/ledger';
import type { Lane, Store } from '@tandem/store';
import { openTestStore } from '@tandem/store/testing';
import { wholesaleMigrations } from '@tandem/wholesale';
import type { HoldRequest } from '../src/books/admit-calls.ts';
import { registerBoot } from '../src/books/boot-leases.ts';
import { makeBootHolder } from '../src/lease/boot-holder.ts';
import type { CloseRecord } from '../src/books/close-calls.ts';

/** What a tenant of a test is given. */
export interface TenantSetup {
  readonly balance?: string;
  readonly credit?: string;
  readonly maxCalls?: number;
  readonly callsPerSecondMax?: number;
}

/** A database with both layouts, and short ways to fill it and to prove it sound. */
export interface MoneyBench extends AsyncDisposable {
  readonly store: Store;
  /** The database's address. */
  readonly url: string;
  query<Row = Record<string, string>>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  lane(name: string, poolSize?: number): Lane;
  /** Makes a tenant whose balance came by a recharge; its id. */
  tenant(name: string, setup?: TenantSetup): Promise<string>;
  /** Makes a trunk; its id. */
  trunk(name: string, maxCalls?: number, callsPerSecondMax?: number): Promise<string>;
  /** Makes a boot that lives. */
  boot(name: string): Promise<string>;
  /** Whatever contradicts the books, as sentences: empty when all is well. */
  contradictions(): Promise<string[]>;
}

/** Opens a bench on a database of its own. */
export async function openMoneyBench(poolSize = 4): Promise<MoneyBench> {
  const migrations = [wholesaleMigrations, ledgerMigrations];
  const test = await openTestStore({ migrations, poolSize, connectTimeoutMs: 20_000 });
  const { store, database } = test;
  const id = async (text: string, values: readonly unknown[]): Promise<string> => {
    const [row] = await store.call<{ id: bigint }>(text, values);
    return String(row?.id);
  };
  return {
    store,
    url: database.url,
    query: (text, values = []) => database.query(text, values),
    lane: (name, lanePoolSize = 2) =>
      store.lane(name, { poolSize: lanePoolSize, connectTimeoutMs: 20_000 }),
    tenant: async (name, { balance = '0', credit = '0', maxCalls, callsPerSecondMax } = {}) => {
      const tenant = await id(
        `insert into tenants (name, currency, balance, credit_limit, max_calls,
           max_calls_per_second) values ($1, 'USD', $2, $3, $4, $5) returning id`,
        [name, balance, credit, maxCalls ?? null, callsPerSecondMax ?? null],
      );
      if (Number(balance) !== 0) {
        await store.call(
          `insert into ledger (kind, account, contra_account, tenant_id, currency, amount,
             reference) values ('recharge', 'tenant/' || $1, 'cash/USD', $1::bigint, 'USD', $2, $3)`,
          [tenant, balance, `begin-${name}`],
        );
      }
      return tenant;
    },
    trunk: (name, maxCalls, callsPerSecondMax) =>
      id(
        `insert into trunks (name, direction, max_calls, max_calls_per_second)
         values ($1, 'bidirectional', $2, $3) returning id`,
        [name, maxCalls ?? null, callsPerSecondMax ?? null],
      ),
    boot: async (name) => {
      const names = { node: name, boot: name };
      const { outcome } = await registerBoot(store, names, [], 6_000, makeBootHolder());
      if (outcome !== 'live') throw new Error(`boot ${name} is ${outcome}`);
      return name;
    },
    contradictions: async () => {
      const rows = await database.query<{ what: string }>(CONTRADICTIONS);
      return rows.map(({ what }) => what);
    },
    [Symbol.asyncDispose]: () => test[Symbol.asyncDispose](),
  };
}

/** Balance is the sum of the ledger and of the CDRs; held and active are the sums of the holds. */
const CONTRADICTIONS = `
  select 'balance of ' || t.name || ' is ' || t.balance || ', its ledger says ' ||
    coalesce(l.sum, 0) as what
  from tenants t left join (
    select tenant_id, sum(amount) from ledger group by 1) l on l.tenant_id = t.id
  where t.balance <> coalesce(l.sum, 0)
  union all
  select 'CDRs of ' || t.name || ' say ' || coalesce(c.sum, 0) || ', its ledger ' ||
    coalesce(l.sum, 0)
  from tenants t
  left join (select tenant_id, sum(sell_amount) from cdrs group by 1) c on c.tenant_id = t.id
  left join (select tenant_id, -sum(amount) as sum from ledger
    where kind <> 'recharge' group by 1) l on l.tenant_id = t.id
  where coalesce(c.sum, 0) <> coalesce(l.sum, 0)
  union all
  select t.name || ' holds ' || t.held || ' for ' || t.active || ' calls, its holds ' ||
    coalesce(h.sum, 0) || ' for ' || coalesce(h.count, 0)
  from tenants t left join (
    select tenant_id, sum(amount), count(*) from holds where not is_void group by 1
  ) h on h.tenant_id = t.id
  where t.held <> coalesce(h.sum, 0) or t.active <> coalesce(h.count, 0)
  union all
  select t.name || ' has ' || t.active || ' calls, its holds are ' || coalesce(h.count, 0)
  from trunks t left join (
    select trunk_id, count(*) from holds where not is_void group by 1) h on h.trunk_id = t.id
  where t.active <> coalesce(h.count, 0)
  union all
  select 'balance of ' || t.name || ' is ' || t.balance || ', its ledger says ' ||
    coalesce(l.sum, 0)
  from trunks t left join (
    select trunk_id, sum(amount) from ledger group by 1) l on l.trunk_id = t.id
  where t.balance <> coalesce(l.sum, 0)
  union all
  select count(*) || ' charges have ' || (select count(*) from cdrs where kind <> 'correction')
    || ' CDRs' from charges
  having count(*) <> (select count(*) from cdrs where kind <> 'correction')
  union all
  select charge_id || ' is in the ledger ' || count(*) || ' times' from ledger
  where kind in ('charge', 'cost') group by charge_id having count(*) > 1`;

/** A request to hold, changed by `part`. */
export function holdRequest(charge: string, part: Partial<HoldRequest> = {}): HoldRequest {
  return {
    charge,
    side: 'sale',
    tenantId: null,
    trunkId: null,
    wantedMicros: 100_000n,
    leastMicros: 100_000n,
    admittedAt: STARTED_AT,
    record: '{}',
    ...part,
  };
}

/** A record to settle, changed by `part`; the CDR's amounts follow. */
export function closeRecord(charge: string, part: Partial<CloseRecord> = {}): CloseRecord {
  const record: CloseRecord = {
    charge,
    side: 'sale',
    boot: 'b1',
    by: 'owner',
    tenantId: null,
    trunkId: null,
    currency: 'USD',
    amount: '0.100000',
    billedSeconds: 60,
    startedAt: STARTED_AT,
    cdr: {},
    ...part,
  };
  const { side, amount, tenantId, trunkId } = record;
  return {
    ...record,
    cdr: {
      cdr_id: charge,
      call_id: `call-of-${charge}`,
      leg: side === 'sale' ? 'a' : 'b',
      attempt: side === 'sale' ? 0 : 1,
      is_final: true,
      node: 'node1',
      tenant_id: tenantId,
      vendor_id: side === 'purchase' ? trunkId : null,
      start_time: new Date(record.startedAt).toISOString(),
      duration_ms: 1_000,
      talk_ms: 1_000,
      status: 'answered',
      kind: side === 'sale' ? 'call' : 'attempt',
      [side === 'sale' ? 'sell_amount' : 'buy_amount']: amount,
      ...part.cdr,
    },
  };
}

const STARTED_AT = Date.UTC(2026, 10, 21, 12);
