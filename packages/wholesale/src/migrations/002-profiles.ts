import { type Migration, sql } from '@tandem/store';

/** Routing profiles: how candidates are ordered, and what a call may cost. Routes come later. */
export const profiles: Migration = {
  name: '002-profiles',
  async up(database) {
    await sql`
      create table profiles (
        id bigint generated always as identity primary key,
        name text not null unique check (name <> ''),
        order_mode text not null default 'priority'
          check (order_mode in ('priority', 'prefix', 'cost', 'quality')),
        max_attempts integer not null default 3 check (max_attempts between 1 and 20),
        -- SIP statuses; null = all but those that end the hunt.
        failover_codes integer[],
        -- Sell rate less buy rate, per minute, that a carrier must leave at least.
        min_margin numeric(18,6) not null default 0,
        -- Highest buy rate per minute; null = any.
        max_rate numeric(18,6) check (max_rate >= 0),
        is_unpriced_allowed boolean not null default false,
        version bigint not null default 1,
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp()
      )`.execute(database);
  },
};
