import { formatMicros, type Micros, parseMicros } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';

/** One account whose books contradict each other; amounts with six decimals. */
export interface Difference {
  /** `held` and `active`: what stands beside the balance is not the sum, or the count, of holds. */
  readonly kind: 'tenant' | 'carrier' | 'held' | 'active';
  readonly account: string;
  readonly currency: string;
  /** What the ledger says that calls moved. */
  readonly ledger: string;
  /** What the balance says, recharges taken out. */
  readonly balanceChange: string;
  readonly cdrs: string;
  /** The largest of the three less the smallest. */
  readonly difference: string;
}

/** What `tandem reconcile` prints. */
export interface Reconciliation {
  readonly isClean: boolean;
  readonly fromAt: number | null;
  readonly toAt: number;
  readonly tenants: number;
  readonly carriers: number;
  readonly calls: number;
  readonly differences: readonly Difference[];
  /** Charges held by boots that are not live, or counted nowhere. */
  readonly holdsWithoutCall: readonly string[];
  /** Answered charges of living boots that are charged already, yet held. */
  readonly callsWithoutHold: readonly string[];
  readonly poisonRecords: number;
  readonly journalRecords: number;
}

interface Row {
  readonly kind: Difference['kind'];
  readonly account: string;
  readonly currency: string | null;
  readonly ledger: string;
  readonly balance: string;
  readonly cdrs: string;
}

interface Totals {
  readonly now: Date;
  readonly tenants: bigint;
  readonly carriers: bigint;
  readonly calls: bigint;
  readonly poison: bigint;
  readonly strays: string[] | null;
  readonly doubles: string[] | null;
  readonly rows: Row[] | null;
}

/**
 * Proves the books: per tenant and carrier the ledger's calls, the change of the balance and the
 * CDRs are the same sum, and what tenants hold is the sum of the holds. One statement, so all is
 * seen at one instant, while calls go on. @throws the store's fault
 */
export async function reconcile(
  caller: MoneyCaller,
  journalRecords: number,
): Promise<Reconciliation> {
  const [totals] = await caller.call<Totals>(QUESTION);
  if (totals === undefined) throw new Error('a select of totals has one row');
  const differences = (totals.rows ?? []).map(toDifference);
  const holdsWithoutCall = totals.strays ?? [];
  const callsWithoutHold = totals.doubles ?? [];
  const poisonRecords = Number(totals.poison);
  return {
    isClean:
      differences.length + holdsWithoutCall.length + callsWithoutHold.length + poisonRecords === 0,
    fromAt: null,
    toAt: totals.now.getTime(),
    tenants: Number(totals.tenants),
    carriers: Number(totals.carriers),
    calls: Number(totals.calls),
    differences,
    holdsWithoutCall,
    callsWithoutHold,
    poisonRecords,
    journalRecords,
  };
}

function toDifference({ kind, account, currency, ledger, balance, cdrs }: Row): Difference {
  const sums = [ledger, balance, cdrs].map((text): Micros => parseMicros(text) ?? 0n);
  const largest = sums.reduce((a, b) => (a > b ? a : b));
  const smallest = sums.reduce((a, b) => (a < b ? a : b));
  return {
    kind,
    account,
    currency: currency ?? '',
    ledger: formatMicros(sums[0]!),
    balanceChange: formatMicros(sums[1]!),
    cdrs: formatMicros(sums[2]!),
    difference: formatMicros(largest - smallest),
  };
}

/** A hold of a dead boot this young is about to be closed. */
const SWEPT_WITHIN = '15 seconds';

const QUESTION = `
with moved as (
  select tenant_id, trunk_id,
    sum(amount) filter (where kind <> 'recharge') as calls,
    coalesce(sum(amount) filter (where kind = 'recharge'), 0) as paid
  from ledger group by tenant_id, trunk_id
), tenant_cdrs as (
  select tenant_id, sum(sell_amount) as sum from cdrs where sell_amount <> 0 group by tenant_id
), trunk_cdrs as (
  select vendor_id, sum(buy_amount) as sum from cdrs where buy_amount <> 0 group by vendor_id
), held as (
  select tenant_id, sum(amount) as amount, count(*) as calls from holds
  where not is_void and side = 'sale' group by tenant_id
), trunk_held as (
  select trunk_id, count(*) as calls from holds where not is_void group by trunk_id
), accounts as (
  select 'tenant' as kind, coalesce(t.name, 'tenant/' || m.tenant_id) as account, t.currency,
    coalesce(m.calls, 0) as ledger, coalesce(t.balance, 0) - coalesce(m.paid, 0) as balance,
    -coalesce(c.sum, 0) as cdrs
  from tenants t
  full join (select * from moved where tenant_id is not null) m on m.tenant_id = t.id
  full join tenant_cdrs c on c.tenant_id = coalesce(t.id, m.tenant_id)
  union all
  select 'carrier', coalesce(t.name, 'carrier/' || m.trunk_id), null,
    coalesce(m.calls, 0), coalesce(t.balance, 0) - coalesce(m.paid, 0), -coalesce(c.sum, 0)
  from trunks t
  full join (select * from moved where trunk_id is not null) m on m.trunk_id = t.id
  full join trunk_cdrs c on c.vendor_id = coalesce(t.id, m.trunk_id)
  union all
  select 'held', t.name, t.currency, coalesce(h.amount, 0), t.held, t.held
  from tenants t left join held h on h.tenant_id = t.id
  union all
  select 'active', t.name, null, coalesce(h.calls, 0), t.active, t.active
  from tenants t left join held h on h.tenant_id = t.id
  union all
  select 'active', t.name, null, coalesce(h.calls, 0), t.active, t.active
  from trunks t left join trunk_held h on h.trunk_id = t.id
)
select clock_timestamp() as now,
  (select count(*) from tenants) as tenants,
  (select count(*) from trunks where direction <> 'inbound') as carriers,
  (select count(*) from charges where side = 'sale') as calls,
  (select count(*) from poison_records) as poison,
  (select json_agg(h.charge_id) from holds h left join node_boots b on b.boot = h.boot
    where not h.is_void and b.state is distinct from 'live'
      and coalesce(b.last_seen, h.admitted_at) < clock_timestamp() - interval '${SWEPT_WITHIN}'
  ) as strays,
  (select json_agg(h.charge_id) from holds h join charges c on c.charge_id = h.charge_id
    where not h.is_void) as doubles,
  (select json_agg(json_build_object('kind', kind, 'account', account, 'currency', currency,
      'ledger', ledger::numeric(18,6)::text, 'balance', balance::numeric(18,6)::text,
      'cdrs', cdrs::numeric(18,6)::text))
    from accounts where ledger <> balance or balance <> cdrs) as rows`;
