/** A hold of a dead boot this young is about to be closed. */
const SWEPT_WITHIN = '15 seconds';

/** Of archived records there is what their days add up to. */
const CDR_SUMS = (where: string, days: string): string => `
  tenant_cdrs as (
    select party_id as tenant_id, sum(sum) as sum from (
      select tenant_id as party_id, sell_amount as sum from cdrs
        where sell_amount <> 0 and ${where}
      union all
      select party_id, revenue from daily_statistics
        where is_archived and side = 'sale' and ${days}
    ) s where party_id is not null group by party_id
  ), trunk_cdrs as (
    select party_id as vendor_id, sum(sum) as sum from (
      select vendor_id as party_id, buy_amount as sum from cdrs
        where buy_amount <> 0 and ${where}
      union all
      select party_id, cost from daily_statistics
        where is_archived and side = 'purchase' and ${days}
    ) s where party_id is not null group by party_id
  )`;

/** What tenants and trunks hold, beside what stands in the holds. */
const HELD = `
  held as (
    select tenant_id, sum(amount) as amount, count(*) as calls from holds
    where not is_void and side = 'sale' group by tenant_id
  ), trunk_held as (
    select trunk_id, count(*) as calls from holds where not is_void group by trunk_id
  ), standing as (
    select 'held' as kind, t.name as account, t.currency, coalesce(h.amount, 0) as ledger,
      t.held as balance, t.held as cdrs
    from tenants t left join held h on h.tenant_id = t.id
    union all
    select 'active', t.name, null, coalesce(h.calls, 0), t.active, t.active
    from tenants t left join held h on h.tenant_id = t.id
    union all
    select 'active', t.name, null, coalesce(h.calls, 0), t.active, t.active
    from trunks t left join trunk_held h on h.trunk_id = t.id
  )`;

const TOTALS = (calls: string): string => `
select clock_timestamp() as now,
  (select count(*) from tenants) as tenants,
  (select count(*) from trunks where direction <> 'inbound') as carriers,
  (${calls}) as calls,
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
    from (select * from accounts union all select * from standing) books
    where ledger <> balance or balance <> cdrs) as rows`;

/** All that ever was: the ledger without recharges, balances without recharges, records. */
export const RECONCILE_ALL = `
with moved as (
  select tenant_id, trunk_id,
    sum(amount) filter (where kind <> 'recharge') as calls,
    coalesce(sum(amount) filter (where kind = 'recharge'), 0) as paid
  from ledger group by tenant_id, trunk_id
), ${CDR_SUMS('true', 'true')}, ${HELD}, accounts as (
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
)${TOTALS(`select count(*) from charges where side = 'sale'`)}`;

/**
 * Calls that began from $1 to before $2: what the ledger says of them, what was charged for them
 * with its corrections, and their records.
 */
export const RECONCILE_PERIOD = `
with begun as materialized (
  select charge_id, side, tenant_id, trunk_id, price_now_1(charge_id) as price
  from charges where started_at >= $1::timestamptz and started_at < $2::timestamptz
), charged as (
  select case side when 'sale' then tenant_id end as tenant_id,
    case side when 'purchase' then trunk_id end as trunk_id, -sum(price) as sum
  from begun where price <> 0 group by 1, 2
), moved as (
  select l.tenant_id, l.trunk_id, sum(l.amount) as sum
  from ledger l join begun on begun.charge_id = l.charge_id group by 1, 2
), ${CDR_SUMS(
  'start_time >= $1::timestamptz and start_time < $2::timestamptz',
  `day >= ($1::timestamptz at time zone 'UTC')::date
    and day < ($2::timestamptz at time zone 'UTC')::date`,
)}, ${HELD}, accounts as (
  select 'tenant' as kind, coalesce(t.name, 'tenant/' || m.tenant_id) as account, t.currency,
    coalesce(m.sum, 0) as ledger, coalesce(p.sum, 0) as balance, -coalesce(c.sum, 0) as cdrs
  from tenants t
  full join (select * from moved where tenant_id is not null) m on m.tenant_id = t.id
  full join (select * from charged where tenant_id is not null) p
    on p.tenant_id = coalesce(t.id, m.tenant_id)
  full join tenant_cdrs c on c.tenant_id = coalesce(t.id, m.tenant_id, p.tenant_id)
  union all
  select 'carrier', coalesce(t.name, 'carrier/' || m.trunk_id), null,
    coalesce(m.sum, 0), coalesce(p.sum, 0), -coalesce(c.sum, 0)
  from trunks t
  full join (select * from moved where trunk_id is not null) m on m.trunk_id = t.id
  full join (select * from charged where trunk_id is not null) p
    on p.trunk_id = coalesce(t.id, m.trunk_id)
  full join trunk_cdrs c on c.vendor_id = coalesce(t.id, m.trunk_id, p.trunk_id)
)${TOTALS(`select count(*) from begun where side = 'sale'`)}`;
