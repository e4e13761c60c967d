import { type Migration, sql } from '@tandem/store';

/**
 * Alerts that are to be told. The row comes in the transaction that marks a balance as low, and goes
 * once the event was told: a node that dies between leaves it to another. So each alert is told at
 * least once, and twice only then.
 */
export const balanceAlerts: Migration = {
  name: '016-balance-alerts',
  async up(database) {
    await sql`
      create table balance_alerts (
        id bigint generated always as identity primary key,
        tenant text not null,
        currency text not null,
        balance numeric(18,6) not null,
        below numeric(18,6) not null,
        found_at timestamptz not null default clock_timestamp(),
        -- Until then a node is about to tell it.
        claimed_until timestamptz
      )`.execute(database);
    await sql`
      create function find_low_balances_2(p_max integer, p_claim interval)
      returns table (id bigint, tenant text, currency text, balance numeric, below numeric)
      language plpgsql as $body$
      #variable_conflict use_column
      begin
        update billing_policies p set is_low = false
          from tenants t where t.id = p.tenant_id and p.is_low
            and (p.low_balance is null or t.balance >= p.low_balance);
        with found as (
          -- A node that waits for another's row looks at it again, and finds it written.
          update billing_policies p set is_low = true
            from tenants t
            where t.id = p.tenant_id and not p.is_low and t.balance < p.low_balance
              and p.tenant_id in (
                select q.tenant_id from billing_policies q join tenants u on u.id = q.tenant_id
                where not q.is_low and u.balance < q.low_balance
                order by q.tenant_id limit p_max)
            returning t.name, t.currency, t.balance, p.low_balance
        )
        insert into balance_alerts (tenant, currency, balance, below) select * from found;
        return query
          update balance_alerts a set claimed_until = clock_timestamp() + p_claim
            where a.id in (
              select w.id from balance_alerts w
              where w.claimed_until is null or w.claimed_until < clock_timestamp()
              order by w.id limit p_max for update skip locked)
            returning a.id, a.tenant, a.currency, a.balance, a.below;
      end $body$`.execute(database);
  },
};
