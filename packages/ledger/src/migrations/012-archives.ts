import { type Migration, sql } from '@tandem/store';

/**
 * Records grow old and leave, a month at a time; what they add up to stays. Before a month goes its
 * days are counted for the last time, in the transaction in which it goes, and those rows are
 * marked: nobody counts them anew, and `reconcile` takes them for the records that are gone.
 */
export const archives: Migration = {
  name: '012-archives',
  async up(database) {
    await sql`
      alter table daily_statistics add column is_archived boolean not null default false`.execute(
      database,
    );
    await sql`
      create table cdr_archives (
        -- First day of the month, UTC.
        month date primary key,
        -- Where its records are, if they were kept.
        table_name text,
        records bigint not null,
        archived_at timestamptz not null default clock_timestamp()
      )`.execute(database);
    await sql`
      create function collect_daily_statistics_2(p_day date)
      returns integer language plpgsql as $body$
      begin
        -- Shared with all who count, against who archives: a month that is going is not counted.
        perform pg_advisory_xact_lock_shared(hashtext('tandem cdr archives'));
        if exists (select 1 from cdr_archives where month = date_trunc('month', p_day)::date) then
          return 0;
        end if;
        return collect_daily_statistics_1(p_day);
      end $body$`.execute(database);
    await sql`
      create function archive_cdr_month_1(p_month date, p_is_kept boolean)
      returns bigint language plpgsql as $body$
      declare
        v_from timestamptz := p_month::timestamp at time zone 'UTC';
        v_to timestamptz := (p_month + interval '1 month') at time zone 'UTC';
        v_name text := 'cdrs_' || to_char(p_month, 'YYYY_MM');
        v_records bigint;
      begin
        if p_month <> date_trunc('month', p_month) or v_to > clock_timestamp() then
          raise exception 'only a month that is over can be archived: %', p_month
            using errcode = 'invalid_parameter_value';
        end if;
        perform pg_advisory_xact_lock(hashtext('tandem cdr archives'));
        if exists (select 1 from cdr_archives where month = p_month) then return null; end if;
        -- Who waits for us keeps settlement waiting: better to be asked again.
        perform set_config('lock_timeout', '3s', true);
        -- Nobody writes a record of the month from here to the commit.
        if to_regclass(v_name) is null then lock table cdrs_default in share row exclusive mode;
        else execute format('lock table %I in share row exclusive mode', v_name); end if;
        perform collect_daily_statistics_1(day::date)
          from generate_series(p_month, p_month + interval '1 month' - interval '1 day',
            interval '1 day') day;
        update daily_statistics set is_archived = true
          where day >= p_month and day < p_month + interval '1 month';
        if to_regclass(v_name) is null then
          execute format('create table %I (like cdrs including defaults)', v_name);
        else
          execute format('alter table cdrs detach partition %I', v_name);
        end if;
        -- Records that came before their month had a partition.
        execute format('with gone as (delete from cdrs_default where start_time >= %L and
          start_time < %L returning *) insert into %I select * from gone', v_from, v_to, v_name);
        execute format('select count(*) from %I', v_name) into v_records;
        if not p_is_kept then execute format('drop table %I', v_name); end if;
        insert into cdr_archives (month, table_name, records)
          values (p_month, case when p_is_kept then v_name end, v_records);
        return v_records;
      end $body$`.execute(database);
  },
};
