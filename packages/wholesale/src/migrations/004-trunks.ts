import { type Migration, sql } from '@tandem/store';

/**
 * Trunks, inbound (a tenant's) and outbound (a carrier's), and the routes that name them.
 * `balance`, `active` and `arrival_due_at` are the ledger's, as on tenants.
 */
export const trunks: Migration = {
  name: '004-trunks',
  async up(database) {
    await sql`
      create table trunks (
        id bigint generated always as identity primary key,
        name text not null unique check (name <> ''),
        direction text not null check (direction in ('inbound', 'outbound', 'bidirectional')),
        tenant_id bigint references tenants (id) on delete set null,
        -- Addresses and CIDR ranges that calls come from.
        sources text[] not null default '{}',
        -- Numbers come with these, and lose them.
        called_prefix text not null default '',
        caller_prefix text not null default '',
        max_calls integer check (max_calls >= 0),
        max_calls_per_second double precision check (max_calls_per_second >= 0),
        -- Where calls go to: a SIP URI.
        address text,
        -- Buy rates; null = unpriced.
        deck_id bigint references rate_decks (id) deferrable initially deferred,
        tech_prefix text not null default '',
        breaker_failures integer not null default 5 check (breaker_failures >= 0),
        breaker_open_seconds integer not null default 30 check (breaker_open_seconds > 0),
        breaker_probes integer not null default 1 check (breaker_probes > 0),
        breaker_codes integer[] not null default '{503,408,504}',
        username text,
        password text,
        register boolean not null default false,
        redirect text not null default 'fail' check (redirect in ('fail', 'route')),
        no_reply_ms integer check (no_reply_ms > 0),
        outbound_proxy text,
        number_in text,
        number_out text,
        trusted boolean not null default false,
        listener text,
        allowed_headers text[] not null default '{}',
        is_active boolean not null default true,
        -- What is owed to the carrier, negative as it is spent; in the currency of its deck.
        balance numeric(18,6) not null default 0,
        active integer not null default 0 check (active >= 0),
        arrival_due_at timestamptz not null default 'epoch',
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp()
      ) with (fillfactor = 50)`.execute(database);
    await sql`create index trunks_tenant on trunks (tenant_id)`.execute(database);
    await sql`
      create table routes (
        id bigint generated always as identity primary key,
        profile_id bigint not null references profiles (id) on delete cascade,
        -- Place in the profile's list.
        position integer not null,
        trunk_id bigint not null references trunks (id) deferrable initially deferred,
        priority integer not null default 0,
        weight integer not null default 100 check (weight >= 0),
        called_prefix text not null default '',
        caller_prefix text not null default '',
        country text,
        caller_country text,
        strip integer not null default 0 check (strip >= 0),
        prepend text not null default '',
        rewrite_called text not null default '',
        rewrite_caller text not null default '',
        caller_pool text[] not null default '{}',
        time_window jsonb,
        is_active boolean not null default true,
        unique (profile_id, position)
      )`.execute(database);
    await sql`
      create table caller_pool_turns (
        route_id bigint primary key references routes (id) on delete cascade,
        next_turn bigint not null
      )`.execute(database);
  },
};
