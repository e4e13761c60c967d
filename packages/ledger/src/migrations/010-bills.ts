import { type Migration, sql } from '@tandem/store';

/**
 * Bills. A bill is the sum of the ledger lines of one tenant and cycle. Which line is on which bill
 * is no mark on the line but a rule: the first bill made after the line was posted whose cycle ends
 * after the line's own instant. That instant is, for a call, when it began; for all else, when it
 * was posted. So each line is on exactly one bill, and one that comes late is on the next.
 */
export const bills: Migration = {
  name: '010-bills',
  async up(database) {
    await sql`
      alter table billing_policies
        add column bill_cycle text not null default 'none'
          check (bill_cycle in ('none', 'weekly', 'monthly')),
        -- weekly: 1 = Monday to 7; monthly: the day, or the last one of a shorter month.
        add column bill_day integer not null default 1 check (bill_day between 1 and 31),
        -- IANA name: a cycle begins and ends at midnight there.
        add column zone text not null default 'UTC',
        -- Where the first cycle begins.
        add column billed_since timestamptz,
        add check (bill_cycle <> 'weekly' or bill_day <= 7),
        add check (bill_cycle = 'none' or billed_since is not null)`.execute(database);
    await sql`
      create table bills (
        number bigint generated always as identity primary key,
        tenant_id bigint not null,
        tenant text not null,
        currency text not null,
        cycle text not null,
        zone text not null,
        from_at timestamptz not null,
        to_at timestamptz not null check (to_at > from_at),
        -- Ledger lines up to the second were there when the bill was made, up to the first when
        -- the one before was; those below the third are all on earlier bills.
        after_entry bigint not null,
        last_entry bigint not null,
        scan_entry bigint not null,
        opening numeric(18,6),
        closing numeric(18,6),
        -- Where the next bill has to look.
        open_entry bigint,
        made_at timestamptz not null default clock_timestamp(),
        -- Null until its lines are summed.
        summed_at timestamptz,
        unique (tenant_id, to_at),
        unique (tenant_id, from_at)
      )`.execute(database);
    await sql`
      create table bill_lines (
        number bigint not null references bills (number),
        position integer not null,
        kind text not null
          check (kind in ('calls', 'late', 'correction', 'rerate', 'recharge')),
        -- The prefix that calls were rated by.
        prefix text,
        entries bigint not null,
        billed_seconds bigint not null,
        amount numeric(18,6) not null,
        primary key (number, position)
      )`.execute(database);
    await sql`
      create function cycle_edge_1(
        p_cycle text, p_day integer, p_zone text, p_at timestamptz, p_is_next boolean
      ) returns timestamptz language sql stable as $body$
        with months as (
          select (date_trunc('month', p_at at time zone p_zone) + n * interval '1 month')::date as m
          from generate_series(-2, 2) n
        ), days as (
          select m + least(p_day,
            extract(day from m + interval '1 month' - interval '1 day')::integer) - 1 as day
          from months where p_cycle = 'monthly'
          union all
          select date_trunc('week', p_at at time zone p_zone)::date + (n * 7 + p_day - 1)
          from generate_series(-2, 2) n where p_cycle = 'weekly'
        ), edges as (select day::timestamp at time zone p_zone as edge from days)
        select case when p_is_next then min(edge) filter (where edge > p_at)
          else max(edge) filter (where edge <= p_at) end
        from edges
      $body$`.execute(database);
    await sql`
      create function due_bill_1(p_tenant bigint, p_grace interval)
      returns table (cycle text, zone text, from_at timestamptz, to_at timestamptz, bill bigint)
      language sql stable as $body$
        select p.bill_cycle, p.zone, e.from_at, e.to_at, b.number
        from billing_policies p
        left join lateral (
          select * from bills where tenant_id = p_tenant order by to_at desc limit 1) b on true
        cross join lateral (select coalesce(b.to_at, p.billed_since) as from_at,
          cycle_edge_1(p.bill_cycle, p.bill_day, p.zone, coalesce(b.to_at, p.billed_since), true)
            as to_at) e
        where p.tenant_id = p_tenant and p.bill_cycle <> 'none'
          and (b.number is null or b.summed_at is not null)
          and e.to_at + p_grace <= clock_timestamp()
      $body$`.execute(database);
    await sql`
      create function open_bill_1(p_tenant bigint, p_grace interval)
      returns bigint language plpgsql as $body$
      declare
        v_tenant record;
        v_due record;
        v_before record;
        v_after bigint;
        v_number bigint;
      begin
        -- Who holds this lock sees every line that anybody has begun to post for the tenant.
        select id, name, currency into v_tenant from tenants where id = p_tenant for update;
        if not found then return null; end if;
        select * into v_due from due_bill_1(p_tenant, p_grace);
        if not found then return null; end if;
        select last_entry, open_entry into v_before from bills where number = v_due.bill;
        v_after := case when v_due.bill is not null then v_before.last_entry else coalesce((
          select max(id) from ledger where tenant_id = p_tenant and posted_at < v_due.from_at), 0)
          end;
        insert into bills (tenant_id, tenant, currency, cycle, zone, from_at, to_at, after_entry,
          last_entry, scan_entry)
        values (p_tenant, v_tenant.name, v_tenant.currency, v_due.cycle, v_due.zone, v_due.from_at,
          v_due.to_at, v_after,
          coalesce((select max(id) from ledger where tenant_id = p_tenant), 0),
          case when v_due.bill is null then v_after + 1 else v_before.open_entry end)
        returning number into v_number;
        return v_number;
      end $body$`.execute(database);
    await sql`
      create function bill_entries_1(p_number bigint)
      returns table (id bigint, kind text, at timestamptz, billed_seconds integer,
        amount numeric, charge_id text, reference text)
      language sql stable as $body$
        -- Lines never change and ids of one tenant follow its lock: the answer is always the same.
        with lines as (
          select l.id, l.posted_at, l.kind, l.amount, l.charge_id, l.reference, b.from_at, b.to_at,
            b.after_entry, c.started_at, c.billed_seconds,
            case when l.kind = 'charge' then least(l.posted_at, coalesce(c.started_at, l.posted_at))
              else l.posted_at end as at
          from bills b
          join ledger l on l.tenant_id = b.tenant_id
            and l.id between b.scan_entry and b.last_entry
          left join charges c on c.charge_id = l.charge_id and l.kind = 'charge'
          where b.number = p_number
        )
        select id, case when kind <> 'charge' then kind when at < from_at then 'late'
          else 'calls' end, coalesce(started_at, posted_at), coalesce(billed_seconds, 0), amount,
          charge_id, reference
        from lines where at < to_at and (id > after_entry or at >= from_at)
      $body$`.execute(database);
    await sql`
      create function sum_bill_1(p_number bigint) returns boolean language plpgsql as $body$
      declare
        v_bill record;
        v_opening numeric;
      begin
        select * into v_bill from bills where number = p_number and summed_at is null for update;
        if not found then return false; end if;
        v_opening := coalesce(
          (select closing from bills where tenant_id = v_bill.tenant_id
            and to_at = v_bill.from_at),
          (select sum(amount) from ledger where tenant_id = v_bill.tenant_id
            and id <= v_bill.after_entry), 0);
        insert into bill_lines (number, position, kind, prefix, entries, billed_seconds, amount)
        select p_number, row_number() over (order by array_position(
            array['calls', 'late', 'correction', 'rerate', 'recharge'], s.kind), s.prefix nulls last),
          s.kind, s.prefix, s.entries, s.billed_seconds, s.amount
        from (
          select e.kind, c.sell_prefix as prefix, count(*) as entries,
            sum(e.billed_seconds) as billed_seconds, sum(e.amount) as amount
          from bill_entries_1(p_number) e
          left join cdrs c on e.kind in ('calls', 'late') and c.cdr_id = e.charge_id
            and c.start_time = e.at
          group by e.kind, c.sell_prefix
        ) s;
        update bills set opening = v_opening,
          closing = v_opening + coalesce(
            (select sum(amount) from bill_lines where number = p_number), 0),
          open_entry = coalesce((
            select min(l.id) from ledger l left join charges c on c.charge_id = l.charge_id
            where l.tenant_id = v_bill.tenant_id
              and l.id between v_bill.scan_entry and v_bill.last_entry
              and case when l.kind = 'charge'
                then least(l.posted_at, coalesce(c.started_at, l.posted_at))
                else l.posted_at end >= v_bill.to_at), v_bill.last_entry + 1),
          summed_at = clock_timestamp()
          where number = p_number;
        return true;
      end $body$`.execute(database);
  },
};
