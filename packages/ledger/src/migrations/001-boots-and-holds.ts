import { type Migration, sql } from '@tandem/store';

/**
 * Who is alive for money, and what living calls hold. A boot's lease is renewed by the database's
 * clock; a hold belongs to the boot that runs the leg (money rules R1, R3, R4, R13, R14).
 */
export const bootsAndHolds: Migration = {
  name: '001-boots-and-holds',
  async up(database) {
    await sql`
      create table node_boots (
        boot text primary key check (boot <> ''),
        node text not null check (node <> ''),
        state text not null default 'live' check (state in ('live', 'dead', 'closed')),
        started_at timestamptz not null default clock_timestamp(),
        last_seen timestamptz not null default clock_timestamp(),
        -- Since when the lease was renewed without a gap: who had a gap judges nobody.
        continuous_since timestamptz not null default clock_timestamp(),
        -- Without a beat for so long, others may mark it dead.
        dead_after interval not null
      ) with (fillfactor = 50)`.execute(database);
    await sql`
      create unique index node_boots_live_name on node_boots (node) where state = 'live'`.execute(
      database,
    );
    await sql`
      create table holds (
        charge_id text primary key,
        boot text not null,
        -- sale: a tenant pays us; purchase: we pay a carrier.
        side text not null check (side in ('sale', 'purchase')),
        tenant_id bigint,
        trunk_id bigint,
        amount numeric(18,6) not null check (amount >= 0),
        -- A tombstone: the call was given up, and a late admission of it is refused.
        is_void boolean not null default false,
        admitted_at timestamptz not null,
        answered_at timestamptz,
        -- Terms and the beginning of the CDR, frozen: what closes the call if its node dies.
        record json
      ) with (fillfactor = 70)`.execute(database);
    await sql`create index holds_boot on holds (boot)`.execute(database);
  },
};
