import { type Migration, sql } from '@tandem/store';

/**
 * Decks and their dated rates. Whoever changes rates, by whatever statement, raises the deck's
 * version in the same transaction; the notice is a hint only, for nodes poll the versions too.
 */
export const decks: Migration = {
  name: '001-decks',
  async up(database) {
    await sql`
      create table rate_decks (
        id bigint generated always as identity primary key,
        name text not null unique check (name <> ''),
        kind text not null check (kind in ('sell', 'buy')),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        rounding text not null default 'halfUp'
          check (rounding in ('halfUp', 'halfEven', 'up', 'down')),
        version bigint not null default 1,
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp()
      )`.execute(database);
    await sql`
      create table rates (
        id bigint generated always as identity primary key,
        deck_id bigint not null references rate_decks (id) on delete cascade,
        prefix text not null default '' check (prefix ~ '^[0-9*#]{0,24}$'),
        caller_prefix text not null default '' check (caller_prefix ~ '^[0-9*#]{0,24}$'),
        -- Price of 60 billed seconds.
        rate numeric(18,6) not null check (rate >= 0),
        -- Seconds: what the first millisecond of talk pays, and every further step.
        first integer not null default 60 check (first between 0 and 86400),
        next integer not null default 60 check (next between 1 and 86400),
        connect_fee numeric(18,6) not null default 0 check (connect_fee >= 0),
        effective_at timestamptz not null default 'epoch' check (isfinite(effective_at)),
        ends_at timestamptz check (ends_at > effective_at and isfinite(ends_at)),
        is_blocked boolean not null default false,
        unique (deck_id, prefix, caller_prefix, effective_at)
      )`.execute(database);
    await sql`
      create function rates_changed_1() returns trigger language plpgsql as $body$
      begin
        if tg_op = 'TRUNCATE' then
          update rate_decks set version = version + 1;
        elsif tg_op = 'UPDATE' then
          update rate_decks set version = version + 1 where id in
            (select deck_id from old_rates union select deck_id from new_rates);
        elsif tg_op = 'INSERT' then
          update rate_decks set version = version + 1 where id in
            (select distinct deck_id from new_rates);
        else
          update rate_decks set version = version + 1 where id in
            (select distinct deck_id from old_rates);
        end if;
        return null;
      end $body$`.execute(database);
    await sql`
      create trigger rates_inserted after insert on rates
        referencing new table as new_rates
        for each statement execute function rates_changed_1()`.execute(database);
    await sql`
      create trigger rates_updated after update on rates
        referencing old table as old_rates new table as new_rates
        for each statement execute function rates_changed_1()`.execute(database);
    await sql`
      create trigger rates_deleted after delete on rates
        referencing old table as old_rates
        for each statement execute function rates_changed_1()`.execute(database);
    await sql`
      create trigger rates_truncated after truncate on rates
        for each statement execute function rates_changed_1()`.execute(database);
    await sql`
      create function rate_deck_changed_1() returns trigger language plpgsql as $body$
      begin
        if new.version = old.version
          and (new.name, new.kind, new.currency, new.rounding)
            is distinct from (old.name, old.kind, old.currency, old.rounding)
        then new.version := old.version + 1; end if;
        new.updated_at := clock_timestamp();
        return new;
      end $body$`.execute(database);
    await sql`
      create trigger rate_deck_changed before update on rate_decks
        for each row execute function rate_deck_changed_1()`.execute(database);
    await sql`
      create function wholesale_hint_1() returns trigger language plpgsql as $body$
      begin
        perform pg_notify('tandem_wholesale', tg_table_name);
        return null;
      end $body$`.execute(database);
    await sql`
      create trigger rate_decks_hint after insert or update or delete on rate_decks
        for each statement execute function wholesale_hint_1()`.execute(database);
  },
};
