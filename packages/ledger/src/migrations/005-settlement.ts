import { type Migration, sql } from '@tandem/store';

/**
 * Settlement: one function for the owner, a survivor and a replay. What may be charged is decided
 * by the row in `charges`; CDR, ledger and sums follow from the rows it inserted (money rules R3,
 * R5, R7). A record that comes after another one's is kept in `late`; when the owner's comes after
 * a survivor's, the difference is posted, once.
 */
export const settlement: Migration = {
  name: '005-settlement',
  async up(database) {
    await sql`
      create function close_calls_1(
        p_charges text[], p_sides text[], p_boots text[], p_closed_by text[],
        p_tenants bigint[], p_trunks bigint[], p_currencies text[], p_amounts numeric[],
        p_billed integer[], p_started_at timestamptz[], p_cdrs json[]
      ) returns table (charge_id text, outcome text)
      language plpgsql as $body$
      #variable_conflict use_column
      begin
        perform lock_payers_1(p_tenants, p_trunks);
        perform 1 from holds where charge_id = any(p_charges) order by charge_id for update;

        return query
        with batch as materialized (
          select distinct on (u.charge_id) u.*
          from unnest(p_charges, p_sides, p_boots, p_closed_by, p_tenants, p_trunks,
            p_currencies, p_amounts, p_billed, p_started_at, p_cdrs)
            with ordinality as u (charge_id, side, boot, closed_by, tenant_id, trunk_id,
              currency, amount, billed_seconds, started_at, cdr, ordinal)
          order by u.charge_id, u.ordinal
        ), charged as (
          insert into charges (charge_id, side, boot, closed_by, tenant_id, trunk_id, currency,
            amount, billed_seconds, started_at)
          select charge_id, side, boot, closed_by, tenant_id, trunk_id, currency, amount,
            billed_seconds, started_at
          from batch order by charge_id
          on conflict (charge_id) do nothing
          returning charge_id
        ), released as (
          delete from holds using batch where holds.charge_id = batch.charge_id
          returning holds.tenant_id, holds.trunk_id, holds.amount, holds.is_void
        ), differing as (
          select b.*, c.amount as first_amount,
            case when b.closed_by = 'owner' and c.closed_by = 'orphan'
              then b.amount - c.amount else 0 end as difference
          from batch b join charges c on c.charge_id = b.charge_id
          where c.closed_by <> b.closed_by
        ), kept as (
          insert into late (charge_id, closed_by, amount, difference, record)
          select charge_id, closed_by, amount, difference, cdr from differing
          on conflict do nothing
          returning charge_id, difference
        ), posted as materialized (
          select b.charge_id, b.side, b.tenant_id, b.trunk_id, b.currency, b.amount,
            case b.side when 'sale' then 'charge' else 'cost' end as kind, b.cdr
          from batch b join charged on charged.charge_id = b.charge_id
          union all
          select d.charge_id, d.side, d.tenant_id, d.trunk_id, d.currency, d.difference,
            'correction', (d.cdr::jsonb || jsonb_build_object('cdr_id', d.charge_id || '/late',
              'kind', 'correction', 'margin', null, 'is_final', false,
              case d.side when 'sale' then 'sell_amount' else 'buy_amount' end, d.difference))::json
          from differing d join kept on kept.charge_id = d.charge_id where d.difference <> 0
        ), written as (
          insert into cdrs select row.* from posted,
            lateral json_populate_record(null::cdrs, posted.cdr) as row
        ), entries as (
          insert into ledger (kind, account, contra_account, tenant_id, trunk_id, currency, amount,
            charge_id)
          select kind,
            case side when 'sale' then 'tenant/' || tenant_id else 'carrier/' || trunk_id end,
            case side when 'sale' then 'revenue/' || currency else 'cost/' || currency end,
            case side when 'sale' then tenant_id end,
            case side when 'purchase' then trunk_id end,
            currency, -amount, charge_id
          from posted where amount <> 0
        ), tenant_sums as (
          select tenant_id, sum(spent) as spent, sum(freed) as freed, sum(calls) as calls
          from (
            select tenant_id, amount as spent, 0::numeric as freed, 0 as calls
              from posted where side = 'sale'
            union all
            select tenant_id, 0, amount, 1 from released where not is_void
          ) moves
          where tenant_id is not null
          group by tenant_id
        ), tenants_moved as (
          update tenants t set balance = t.balance - s.spent, held = t.held - s.freed,
            active = t.active - s.calls
          from tenant_sums s where t.id = s.tenant_id
        ), trunk_sums as (
          select trunk_id, sum(spent) as spent, sum(calls) as calls
          from (
            select trunk_id, amount as spent, 0 as calls from posted where side = 'purchase'
            union all
            select trunk_id, 0, 1 from released where not is_void
          ) moves
          where trunk_id is not null
          group by trunk_id
        ), trunks_moved as (
          update trunks t set balance = t.balance - s.spent, active = t.active - s.calls
          from trunk_sums s where t.id = s.trunk_id
        )
        select b.charge_id, case
          when charged.charge_id is not null then 'charged'
          when kept.charge_id is not null then 'late'
          else 'known' end
        from batch b
        left join charged on charged.charge_id = b.charge_id
        left join kept on kept.charge_id = b.charge_id;
      end $body$`.execute(database);
  },
};
