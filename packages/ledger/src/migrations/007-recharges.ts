import { type Migration, sql } from '@tandem/store';

/** Paying in, once per reference; and the story of a call beside its CDR, for `explain`. */
export const recharges: Migration = {
  name: '007-recharges',
  async up(database) {
    await sql`alter table cdrs add column story json`.execute(database);
    await sql`
      create function recharge_tenant_1(
        p_tenant text, p_amount numeric, p_reference text, p_remark text, p_actor text
      ) returns table (receipt bigint, tenant text, currency text, amount numeric,
        balance numeric, is_repeat boolean, recharged_at timestamptz)
      language plpgsql as $body$
      #variable_conflict use_column
      declare
        v_tenant record;
      begin
        select t.id, t.name, t.currency into v_tenant
          from tenants t where t.name = p_tenant for update;
        if not found then return; end if;
        return query
          select r.receipt, p_tenant, r.currency, r.amount, r.balance_after, true, r.recharged_at
          from recharges r where r.reference = p_reference and r.tenant_id = v_tenant.id;
        if found then return; end if;
        update tenants t set balance = t.balance + p_amount where t.id = v_tenant.id;
        insert into ledger (kind, account, contra_account, tenant_id, currency, amount, reference)
          values ('recharge', 'tenant/' || v_tenant.id, 'cash/' || v_tenant.currency, v_tenant.id,
            v_tenant.currency, p_amount, p_reference);
        return query
          insert into recharges (reference, tenant_id, currency, amount, balance_after, remark, actor)
          select p_reference, t.id, t.currency, p_amount, t.balance, p_remark, p_actor
          from tenants t where t.id = v_tenant.id
          returning recharges.receipt, p_tenant, recharges.currency, recharges.amount,
            recharges.balance_after, false, recharges.recharged_at;
      end $body$`.execute(database);
  },
};
