import { type Migration, sql } from '@tandem/store';

/**
 * The books. The right to charge is one row in `charges`, which is not partitioned and lives
 * longer than any journal or backup (money rule R3). A ledger row moves `amount` into `account`
 * and out of `contra_account`: double entry in one row.
 */
export const books: Migration = {
  name: '002-books',
  async up(database) {
    await sql`
      create table charges (
        charge_id text primary key,
        side text not null,
        boot text not null,
        -- owner: its own node said how long it talked; orphan: another node closed it.
        closed_by text not null check (closed_by in ('owner', 'orphan')),
        tenant_id bigint,
        trunk_id bigint,
        currency text not null,
        amount numeric(18,6) not null,
        billed_seconds integer not null,
        started_at timestamptz not null,
        charged_at timestamptz not null default clock_timestamp()
      )`.execute(database);
    await sql`
      create table late (
        charge_id text not null,
        closed_by text not null,
        amount numeric(18,6) not null,
        -- What was posted beside the first charge; 0 if the later record is only kept.
        difference numeric(18,6) not null,
        record json not null,
        late_at timestamptz not null default clock_timestamp(),
        primary key (charge_id, closed_by)
      )`.execute(database);
    await sql`
      create table ledger (
        id bigint generated always as identity primary key,
        posted_at timestamptz not null default clock_timestamp(),
        kind text not null
          check (kind in ('charge', 'cost', 'correction', 'recharge', 'rerate')),
        account text not null,
        contra_account text not null,
        tenant_id bigint,
        trunk_id bigint,
        currency text not null,
        amount numeric(18,6) not null check (amount <> 0),
        charge_id text,
        reference text
      )`.execute(database);
    await sql`create index ledger_tenant on ledger (tenant_id, id)`.execute(database);
    await sql`
      create index ledger_trunk on ledger (trunk_id, id) where trunk_id is not null`.execute(
      database,
    );
    await sql`
      create table recharges (
        -- Chosen by who pays in: the same key twice is one recharge.
        reference text primary key check (reference <> ''),
        receipt bigint not null generated always as identity unique,
        tenant_id bigint not null,
        currency text not null,
        amount numeric(18,6) not null check (amount <> 0),
        balance_after numeric(18,6) not null,
        remark text not null default '',
        actor text not null,
        recharged_at timestamptz not null default clock_timestamp()
      )`.execute(database);
    await sql`create index recharges_tenant on recharges (tenant_id, recharged_at)`.execute(
      database,
    );
    await sql`
      create table poison_records (
        charge_id text primary key,
        record text not null,
        fault text not null,
        set_aside_at timestamptz not null default clock_timestamp()
      )`.execute(database);
    await sql`
      create table billing_policies (
        tenant_id bigint primary key,
        -- A call whose node died: billed to the node's last beat, or not at all.
        orphans text not null default 'beat' check (orphans in ('beat', 'free')),
        -- While the database is away: calls end with what is held, go on up to a cap, or end.
        database_away text not null default 'held'
          check (database_away in ('held', 'postpaid', 'refuse')),
        -- With postpaid: what one node may let the tenant spend unseen.
        away_limit numeric(18,6) not null default 0 check (away_limit >= 0),
        -- Below this balance an alert is told; null = never.
        low_balance numeric(18,6)
      )`.execute(database);
  },
};
