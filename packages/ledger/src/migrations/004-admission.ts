import { type Migration, sql } from '@tandem/store';

/**
 * Admission, extension and release. Each takes the locks of tenants, then of trunks, both in the
 * order of their ids, in statements of their own, and works on a fresh snapshot in the next ones,
 * in one round trip (money rules R4, R5, R11). Versioned by name: a new one gets another name.
 */
export const admission: Migration = {
  name: '004-admission',
  async up(database) {
    await sql`
      create function lock_payers_1(p_tenants bigint[], p_trunks bigint[])
      returns void language plpgsql as $body$
      begin
        perform 1 from tenants where id = any(p_tenants) order by id for update;
        perform 1 from trunks where id = any(p_trunks) order by id for update;
      end $body$`.execute(database);
    await sql`
      create function admit_calls_1(
        p_boot text, p_charges text[], p_sides text[], p_tenants bigint[], p_trunks bigint[],
        -- What the first slice costs, and what the first millisecond costs.
        p_wanted numeric[], p_least numeric[],
        p_admitted_at timestamptz[], p_records json[]
      ) returns table (charge_id text, outcome text, amount numeric)
      language plpgsql as $body$
      #variable_conflict use_column
      declare
        v_now timestamptz;
        v_is_live boolean;
        v_call record;
        v_tenant record;
        v_trunk record;
        v_outcome text;
        v_grant numeric;
        v_available numeric;
        v_ordinals bigint[] := '{}';
        v_grants numeric[] := '{}';
      begin
        perform lock_payers_1(p_tenants, p_trunks);
        v_now := clock_timestamp();
        v_is_live := exists (select 1 from node_boots where boot = p_boot and state = 'live');
        select null::bigint as id, 0::numeric as available, 0 as active, null::integer as max_calls,
          null::double precision as rate, null::timestamptz as due, false as is_active,
          0 as added, 0::numeric as added_held
          into v_tenant;
        v_trunk := v_tenant;

        for v_call in
          select i.*, h.amount as held, h.is_void, c.charge_id is not null as is_charged
          from (
            select distinct on (u.charge) u.*
            from unnest(p_charges, p_sides, p_tenants, p_trunks, p_wanted, p_least)
              with ordinality as u (charge, side, tenant, trunk, wanted, least, ordinal)
            order by u.charge, u.ordinal
          ) i
          left join holds h on h.charge_id = i.charge
          left join charges c on c.charge_id = i.charge
          order by i.tenant nulls last, i.trunk nulls last, i.ordinal
        loop
          v_grant := 0;
          if v_call.is_charged or v_call.is_void then
            v_outcome := 'gone';
          elsif v_call.held is not null then
            v_outcome := 'held';
            v_grant := v_call.held;
          elsif not v_is_live then
            v_outcome := 'dead';
          else
            if v_tenant.id is distinct from v_call.tenant then
              update tenants set active = active + v_tenant.added,
                held = held + v_tenant.added_held, arrival_due_at = v_tenant.due
                where id = v_tenant.id and v_tenant.added > 0;
              select t.id, t.balance + t.credit_limit - t.held as available, t.active,
                nullif(t.max_calls, 0) as max_calls, nullif(t.max_calls_per_second, 0) as rate,
                t.arrival_due_at as due, t.is_active, 0 as added, 0::numeric as added_held
                into v_tenant from tenants t where t.id = v_call.tenant;
            end if;
            if v_trunk.id is distinct from v_call.trunk then
              update trunks set active = active + v_trunk.added, arrival_due_at = v_trunk.due
                where id = v_trunk.id and v_trunk.added > 0;
              select t.id, 0::numeric as available, t.active,
                nullif(t.max_calls, 0) as max_calls, nullif(t.max_calls_per_second, 0) as rate,
                t.arrival_due_at as due, t.is_active, 0 as added, 0::numeric as added_held
                into v_trunk from trunks t where t.id = v_call.trunk;
            end if;
            v_available := v_tenant.available - v_tenant.added_held;
            v_outcome := case
              when v_call.side = 'sale' and (v_tenant.id is null or not v_tenant.is_active)
                then 'notenant'
              when v_call.trunk is not null and (v_trunk.id is null or not v_trunk.is_active)
                then 'notrunk'
              when v_call.side = 'sale' and v_available < v_call.least then 'nocredit'
              when v_tenant.id is not null and v_tenant.active + v_tenant.added >= v_tenant.max_calls
                then 'tenantcalls'
              when v_trunk.id is not null and v_trunk.active + v_trunk.added >= v_trunk.max_calls
                then 'trunkcalls'
              when v_tenant.id is not null and not is_arrival_due_1(v_tenant.rate, v_tenant.due, v_now)
                then 'tenantrate'
              when v_trunk.id is not null and not is_arrival_due_1(v_trunk.rate, v_trunk.due, v_now)
                then 'trunkrate'
              else 'held' end;
            if v_outcome = 'held' then
              if v_call.side = 'sale' then v_grant := least(v_call.wanted, v_available); end if;
              v_tenant.added := v_tenant.added + 1;
              v_tenant.added_held := v_tenant.added_held + v_grant;
              v_trunk.added := v_trunk.added + 1;
              if v_tenant.rate is not null then
                v_tenant.due := greatest(v_tenant.due, v_now) + interval '1 second' / v_tenant.rate;
              end if;
              if v_trunk.rate is not null then
                v_trunk.due := greatest(v_trunk.due, v_now) + interval '1 second' / v_trunk.rate;
              end if;
              v_ordinals := v_ordinals || v_call.ordinal;
              v_grants := v_grants || v_grant;
            end if;
          end if;
          charge_id := v_call.charge;
          outcome := v_outcome;
          amount := v_grant;
          return next;
        end loop;

        update tenants set active = active + v_tenant.added, held = held + v_tenant.added_held,
          arrival_due_at = v_tenant.due
          where id = v_tenant.id and v_tenant.added > 0;
        update trunks set active = active + v_trunk.added, arrival_due_at = v_trunk.due
          where id = v_trunk.id and v_trunk.added > 0;
        insert into holds (charge_id, boot, side, tenant_id, trunk_id, amount, admitted_at, record)
          select p_charges[g.ordinal], p_boot, p_sides[g.ordinal], p_tenants[g.ordinal],
            p_trunks[g.ordinal], g.amount, p_admitted_at[g.ordinal], p_records[g.ordinal]
          from unnest(v_ordinals, v_grants) as g (ordinal, amount);
      end $body$`.execute(database);
    await sql`
      create function is_arrival_due_1(
        p_rate double precision, p_due timestamptz, p_now timestamptz
      ) returns boolean language sql immutable as $body$
        -- GCRA: a burst of a tenth of a second's calls may come early, at least one call.
        select p_rate is null or p_now >= p_due
          - (greatest(1, ceil(p_rate / 10)) - 1) * (interval '1 second' / p_rate)
      $body$`.execute(database);
    await sql`
      create function extend_calls_1(
        p_boot text, p_charges text[], p_tenants bigint[], p_targets numeric[]
      ) returns table (charge_id text, outcome text, amount numeric)
      language plpgsql as $body$
      #variable_conflict use_column
      declare
        v_call record;
        v_is_live boolean;
        v_available numeric;
      begin
        perform lock_payers_1(p_tenants, '{}');
        v_is_live := exists (select 1 from node_boots where boot = p_boot and state = 'live');
        for v_call in
          select u.*, h.amount as held
          from unnest(p_charges, p_tenants, p_targets)
            with ordinality as u (charge, tenant, target, ordinal)
          left join holds h on h.charge_id = u.charge and not h.is_void and h.boot = p_boot
          order by u.ordinal
        loop
          charge_id := v_call.charge;
          amount := coalesce(v_call.held, 0);
          if v_call.held is null then
            outcome := 'gone';
          elsif not v_is_live then
            outcome := 'dead';
          elsif v_call.target <= v_call.held then
            outcome := 'held';
          else
            select t.balance + t.credit_limit - t.held into v_available
              from tenants t where t.id = v_call.tenant;
            if coalesce(v_available, 0) <= 0 then
              outcome := 'nocredit';
            else
              outcome := 'held';
              amount := least(v_call.target, v_call.held + v_available);
              update tenants set held = held + amount - v_call.held where id = v_call.tenant;
              update holds set amount = extend_calls_1.amount
                where holds.charge_id = v_call.charge;
            end if;
          end if;
          return next;
        end loop;
      end $body$`.execute(database);
    await sql`
      create function release_calls_1(
        p_boot text, p_charges text[], p_sides text[], p_tenants bigint[], p_trunks bigint[]
      ) returns integer language plpgsql as $body$
      declare
        v_call record;
        v_released integer := 0;
      begin
        perform lock_payers_1(p_tenants, p_trunks);
        for v_call in
          select u.*, h.amount as held, h.trunk_id as held_trunk
          from unnest(p_charges, p_sides, p_tenants, p_trunks)
            as u (charge, side, tenant, trunk)
          left join holds h on h.charge_id = u.charge and not h.is_void
          order by u.charge
        loop
          insert into holds
            (charge_id, boot, side, tenant_id, trunk_id, amount, is_void, admitted_at)
          values (v_call.charge, p_boot, v_call.side, v_call.tenant, v_call.trunk, 0, true,
            clock_timestamp())
          on conflict (charge_id) do update set is_void = true, amount = 0, record = null,
            admitted_at = clock_timestamp();
          if v_call.held is not null then
            v_released := v_released + 1;
            update tenants set held = held - v_call.held, active = active - 1
              where id = v_call.tenant;
            update trunks set active = active - 1 where id = v_call.trunk;
          end if;
        end loop;
        return v_released;
      end $body$`.execute(database);
  },
};
