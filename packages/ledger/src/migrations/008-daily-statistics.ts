import { type Migration, sql } from '@tandem/store';

/**
 * What a day was worth, per tenant and per carrier: written from the CDRs while they are there,
 * and left alone once they have been archived. Days are UTC.
 */
export const dailyStatistics: Migration = {
  name: '008-daily-statistics',
  async up(database) {
    await sql`
      create table daily_statistics (
        day date not null,
        side text not null check (side in ('sale', 'purchase')),
        party_id bigint not null,
        party text not null,
        currency text not null,
        -- Calls of a tenant, attempts at a carrier.
        calls bigint not null,
        answered bigint not null,
        talk_ms bigint not null,
        billed_seconds bigint not null,
        revenue numeric(18,6) not null,
        cost numeric(18,6) not null,
        updated_at timestamptz not null default clock_timestamp(),
        primary key (day, side, party_id, currency)
      )`.execute(database);
    await sql`
      create function collect_daily_statistics_1(p_day date)
      returns integer language plpgsql as $body$
      declare
        v_from timestamptz := p_day::timestamp at time zone 'UTC';
        v_rows integer;
      begin
        insert into daily_statistics (day, side, party_id, party, currency, calls, answered,
          talk_ms, billed_seconds, revenue, cost)
        select p_day, s.side, s.party_id, max(s.party), s.currency,
          count(*) filter (where s.kind <> 'correction'),
          count(*) filter (where s.kind <> 'correction' and s.status = 'answered'),
          coalesce(sum(s.talk_ms) filter (where s.kind <> 'correction'), 0),
          coalesce(sum(s.billed) filter (where s.kind <> 'correction'), 0),
          coalesce(sum(s.revenue), 0), coalesce(sum(s.cost), 0)
        from (
          -- A tenant's revenue stands on its calls, their cost on the attempts made for them.
          select 'sale' as side, tenant_id as party_id, coalesce(tenant_name, '') as party,
            coalesce(currency, '') as currency, kind, status, talk_ms, sell_billed_s as billed,
            sell_amount as revenue, null::numeric as cost
          from cdrs where start_time >= v_from and start_time < v_from + interval '1 day'
            and tenant_id is not null and leg = 'a'
          union all
          select 'sale', tenant_id, coalesce(tenant_name, ''), coalesce(currency, ''),
            'correction', status, 0, 0, null, buy_amount
          from cdrs where start_time >= v_from and start_time < v_from + interval '1 day'
            and tenant_id is not null and leg = 'b' and buy_amount <> 0
          union all
          select 'purchase', vendor_id, coalesce(vendor_trunk, ''), coalesce(currency, ''), kind,
            status, talk_ms, buy_billed_s, null, buy_amount
          from cdrs where start_time >= v_from and start_time < v_from + interval '1 day'
            and vendor_id is not null and leg = 'b'
        ) s
        group by s.side, s.party_id, s.currency
        on conflict (day, side, party_id, currency) do update set party = excluded.party,
          calls = excluded.calls, answered = excluded.answered, talk_ms = excluded.talk_ms,
          billed_seconds = excluded.billed_seconds, revenue = excluded.revenue,
          cost = excluded.cost, updated_at = clock_timestamp();
        get diagnostics v_rows = row_count;
        return v_rows;
      end $body$`.execute(database);
  },
};
