import { type Migration, sql } from '@tandem/store';

/** Whether a tenant's balance was found low: whoever writes it first tells it, once for all nodes. */
export const lowBalances: Migration = {
  name: '013-low-balances',
  async up(database) {
    await sql`
      alter table billing_policies add column is_low boolean not null default false`.execute(
      database,
    );
    await sql`
      create function find_low_balances_1(p_max integer)
      returns table (tenant text, currency text, balance numeric, below numeric)
      language plpgsql as $body$
      begin
        update billing_policies p set is_low = false
          from tenants t where t.id = p.tenant_id and p.is_low
            and (p.low_balance is null or t.balance >= p.low_balance);
        return query
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
          select f.* from found f;
      end $body$`.execute(database);
  },
};
