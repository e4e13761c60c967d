import { type Migration, sql } from '@tandem/store';

/**
 * Tenants: who pays. `balance`, `held`, `active` and `arrival_due_at` are moved only by the
 * ledger, under the row's lock; room is left on each page so that these updates stay in place.
 */
export const tenants: Migration = {
  name: '003-tenants',
  async up(database) {
    await sql`
      create table tenants (
        id bigint generated always as identity primary key,
        name text not null unique check (name <> ''),
        currency text not null check (currency ~ '^[A-Z]{3}$'),
        credit_limit numeric(18,6) not null default 0 check (credit_limit >= 0),
        balance numeric(18,6) not null default 0,
        -- Sum of the holds of living calls, and their count.
        held numeric(18,6) not null default 0 check (held >= 0),
        active integer not null default 0 check (active >= 0),
        -- Of the calls-per-second limit (GCRA): when the next call would be due, in order.
        arrival_due_at timestamptz not null default 'epoch',
        deck_id bigint references rate_decks (id) deferrable initially deferred,
        profile_id bigint references profiles (id) deferrable initially deferred,
        -- ISO 3166 codes of countries that may be called; null = any.
        countries text[],
        -- Highest sell rate per minute; null = any.
        max_rate numeric(18,6) default 1 check (max_rate >= 0),
        -- Null or 0 = no limit.
        max_calls integer check (max_calls >= 0),
        max_calls_per_second double precision check (max_calls_per_second >= 0),
        is_active boolean not null default true,
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp()
      ) with (fillfactor = 50)`.execute(database);
    await sql`
      create table tenant_users (
        username text primary key,
        tenant_id bigint not null references tenants (id) on delete cascade
      )`.execute(database);
  },
};
