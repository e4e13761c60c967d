import { type Migration, sql } from '@tandem/store';

/** The sets of rates that imports replaced, for `deck rollback`: the last few of each deck. */
export const deckVersions: Migration = {
  name: '007-deck-versions',
  async up(database) {
    await sql`
      create table rate_deck_versions (
        deck_id bigint not null references rate_decks (id) on delete cascade,
        version bigint not null,
        replaced_at timestamptz not null default clock_timestamp(),
        actor text not null,
        primary key (deck_id, version)
      )`.execute(database);
    await sql`
      create table rate_deck_archive (
        deck_id bigint not null,
        version bigint not null,
        prefix text not null,
        caller_prefix text not null,
        rate numeric(18,6) not null,
        first integer not null,
        next integer not null,
        connect_fee numeric(18,6) not null,
        effective_at timestamptz not null,
        ends_at timestamptz,
        is_blocked boolean not null,
        foreign key (deck_id, version) references rate_deck_versions (deck_id, version)
          on delete cascade
      )`.execute(database);
    await sql`create index rate_deck_archive_version on rate_deck_archive (deck_id, version)`.execute(
      database,
    );
  },
};
