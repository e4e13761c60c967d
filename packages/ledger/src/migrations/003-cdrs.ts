import { type Migration, sql } from '@tandem/store';

/**
 * Call detail records, one row per call and one per attempt at a carrier, by month. The columns
 * and their order are what operators' tools expect; new ones only at the end. A row of a month
 * that has no partition yet goes into the default one and fails nothing (money rule R3).
 */
export const cdrs: Migration = {
  name: '003-cdrs',
  async up(database) {
    await sql`
      create table cdrs (
        cdr_id text not null,
        call_id text not null,
        leg text not null,
        attempt integer not null,
        is_final boolean not null,
        node text not null,
        tenant_id bigint,
        tenant_trunk text,
        vendor_id bigint,
        vendor_trunk text,
        a_number_in text,
        a_number_out text,
        b_number_in text,
        b_number_out text,
        lrn text,
        start_time timestamptz not null,
        ring_time timestamptz,
        answer_time timestamptz,
        end_time timestamptz,
        duration_ms bigint not null,
        pdd_ms bigint,
        sell_prefix text,
        sell_rate numeric(18,6),
        sell_increments text,
        sell_connect_fee numeric(18,6),
        sell_billed_s integer,
        sell_amount numeric(18,6),
        buy_prefix text,
        buy_rate numeric(18,6),
        buy_increments text,
        buy_billed_s integer,
        buy_amount numeric(18,6),
        margin numeric(18,6),
        currency text,
        sip_code integer,
        sip_reason text,
        q850_cause integer,
        hangup_by text,
        reject_code text,
        refused_limit text,
        deck_version text,
        route_version text,
        orig_ip text,
        term_ip text,
        sip_call_id_a text,
        sip_call_id_b text,
        codec text,
        user_agent text,
        decision_ref text,
        talk_ms bigint not null,
        status text not null,
        buy_connect_fee numeric(18,6),
        -- call, attempt, or the correction of one of them.
        kind text not null,
        tenant_name text
      ) partition by range (start_time)`.execute(database);
    await sql`create table cdrs_default partition of cdrs default`.execute(database);
    await sql`create index cdrs_start on cdrs (start_time)`.execute(database);
    await sql`create index cdrs_call on cdrs (call_id)`.execute(database);
    await sql`create index cdrs_tenant on cdrs (tenant_id, start_time)`.execute(database);
    await sql`
      create function prepare_cdr_months_1(p_from timestamptz, p_months integer)
      returns integer language plpgsql as $body$
      declare
        v_month timestamptz := date_trunc('month', p_from at time zone 'UTC') at time zone 'UTC';
        v_next timestamptz;
        v_name text;
        v_made integer := 0;
      begin
        for v_index in 1..p_months loop
          v_next := (v_month at time zone 'UTC' + interval '1 month') at time zone 'UTC';
          v_name := 'cdrs_' || to_char(v_month at time zone 'UTC', 'YYYY_MM');
          -- Rows that came before their month's partition stay where they are.
          if to_regclass(v_name) is null and not exists (
            select 1 from cdrs_default where start_time >= v_month and start_time < v_next
          ) then
            execute format('create table %I partition of cdrs for values from (%L) to (%L)',
              v_name, v_month, v_next);
            v_made := v_made + 1;
          end if;
          v_month := v_next;
        end loop;
        return v_made;
      end $body$`.execute(database);
    await sql`select prepare_cdr_months_1(clock_timestamp() - interval '1 month', 4)`.execute(
      database,
    );
  },
};
