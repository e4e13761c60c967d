import { type Migration, sql } from '@tandem/store';

/**
 * Pricing a period anew. Records keep their terms; what a call costs less or more is a correction
 * beside them. It is given as the absolute price that a call shall have, so that it is posted once
 * however often it is asked for.
 */
export const rerating: Migration = {
  name: '011-rerating',
  async up(database) {
    await sql`
      alter table cdrs
        -- The numbers that rates were found by.
        add column rated_caller text,
        add column rated_called text`.execute(database);
    await sql`
      create table rerates (
        reference text primary key check (reference <> ''),
        side text not null check (side in ('sale', 'purchase')),
        party_id bigint not null,
        from_at timestamptz not null,
        to_at timestamptz not null,
        deck text not null,
        version bigint not null,
        actor text not null,
        posted_at timestamptz not null default clock_timestamp()
      )`.execute(database);
    await sql`
      create table rerated (
        charge_id text not null,
        reference text not null references rerates (reference),
        difference numeric(18,6) not null check (difference <> 0),
        primary key (charge_id, reference)
      )`.execute(database);
    await sql`
      create function price_now_1(p_charge text) returns numeric language sql stable as $body$
        select c.amount
          + coalesce((select sum(difference) from late where charge_id = p_charge), 0)
          + coalesce((select sum(difference) from rerated where charge_id = p_charge), 0)
        from charges c where c.charge_id = p_charge
      $body$`.execute(database);
    await sql`
      create function rerate_calls_1(
        p_reference text, p_side text, p_party bigint, p_charges text[],
        p_started_at timestamptz[], p_targets numeric[], p_terms jsonb[]
      ) returns table (calls bigint, difference numeric) language plpgsql as $body$
      begin
        if p_side = 'sale' then perform lock_payers_1(array[p_party], '{}');
        else perform lock_payers_1('{}', array[p_party]); end if;
        return query
        with batch as materialized (
          select u.charge_id, u.target - price_now_1(u.charge_id) as difference, r.terms,
            to_jsonb(c) as cdr, charges.currency
          from unnest(p_charges, p_started_at, p_targets)
            with ordinality as u (charge_id, started_at, target, ordinal)
          cross join lateral (select p_terms[u.ordinal] as terms) r
          -- Without its record a correction would stand in the ledger alone.
          join cdrs c on c.start_time = u.started_at and c.cdr_id = u.charge_id
          join charges on charges.charge_id = u.charge_id
        ), posted as (
          insert into rerated (charge_id, reference, difference)
          select b.charge_id, p_reference, b.difference from batch b where b.difference <> 0
          on conflict do nothing
          returning rerated.charge_id, rerated.difference
        ), written as (
          insert into cdrs select row.* from posted p join batch b on b.charge_id = p.charge_id,
            lateral jsonb_populate_record(null::cdrs, b.cdr || b.terms || jsonb_build_object(
              'cdr_id', p.charge_id || '/rerate/' || p_reference, 'kind', 'correction',
              'margin', null, 'is_final', false, 'story', null,
              case p_side when 'sale' then 'sell_amount' else 'buy_amount' end, p.difference
            )) as row
        ), entries as (
          insert into ledger (kind, account, contra_account, tenant_id, trunk_id, currency, amount,
            charge_id, reference)
          select 'rerate',
            case p_side when 'sale' then 'tenant/' else 'carrier/' end || p_party,
            case p_side when 'sale' then 'revenue/' else 'cost/' end || b.currency,
            case p_side when 'sale' then p_party end, case p_side when 'purchase' then p_party end,
            b.currency, -p.difference, p.charge_id, p_reference
          from posted p join batch b on b.charge_id = p.charge_id
        ), tenant_moved as (
          update tenants set balance = balance - (select coalesce(sum(p.difference), 0) from posted p)
          where id = p_party and p_side = 'sale'
        ), trunk_moved as (
          update trunks set balance = balance - (select coalesce(sum(p.difference), 0) from posted p)
          where id = p_party and p_side = 'purchase'
        )
        select count(*), coalesce(sum(p.difference), 0)::numeric(18,6) from posted p;
      end $body$`.execute(database);
  },
};
