import { type Migration, sql } from '@tandem/store';

/**
 * One number that any change of tenants, trunks, profiles or routes raises, and one per profile.
 * What the ledger moves thousands of times a second (balances, counts) raises nothing.
 */
export const versions: Migration = {
  name: '005-versions',
  async up(database) {
    await sql`
      create table wholesale_setup (
        is_only boolean primary key default true check (is_only),
        version bigint not null default 1
      )`.execute(database);
    await sql`insert into wholesale_setup default values`.execute(database);
    await sql`
      create function wholesale_setup_changed_1() returns trigger language plpgsql as $body$
      begin
        update wholesale_setup set version = version + 1;
        perform pg_notify('tandem_wholesale', 'setup');
        return null;
      end $body$`.execute(database);
    for (const [table, columns] of Object.entries(setupColumns)) {
      const changed = columns === '' ? 'update' : `update of ${columns}`;
      await sql
        .raw(
          `create trigger ${table}_setup after insert or delete or ${changed} on ${table}
            for each statement execute function wholesale_setup_changed_1()`,
        )
        .execute(database);
    }
    await sql`
      create function profile_changed_1() returns trigger language plpgsql as $body$
      begin
        if new.version = old.version then new.version := old.version + 1; end if;
        new.updated_at := clock_timestamp();
        return new;
      end $body$`.execute(database);
    await sql`
      create trigger profile_changed before update on profiles
        for each row execute function profile_changed_1()`.execute(database);
    await sql`
      create function route_changed_1() returns trigger language plpgsql as $body$
      begin
        update profiles set version = version + 1
          where id in (old.profile_id, new.profile_id);
        return null;
      end $body$`.execute(database);
    await sql`
      create trigger route_changed after insert or update or delete on routes
        for each row execute function route_changed_1()`.execute(database);
  },
};

/** The columns of each table that routing reads; all of them where none is named. */
const setupColumns = {
  profiles: '',
  routes: '',
  tenant_users: '',
  tenants: `name, currency, credit_limit, deck_id, profile_id, countries, max_rate, max_calls,
    max_calls_per_second, is_active`,
  trunks: `name, direction, tenant_id, sources, called_prefix, caller_prefix, max_calls,
    max_calls_per_second, address, deck_id, tech_prefix, breaker_failures, breaker_open_seconds,
    breaker_probes, breaker_codes, username, password, register, redirect, no_reply_ms,
    outbound_proxy, number_in, number_out, trusted, listener, allowed_headers, is_active`,
};
