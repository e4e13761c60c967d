import { type Migration, sql } from '@tandem/store';

/**
 * How often a trunk's peer is asked by OPTIONS whether it is there (null: never), and in which
 * header it is told who calls. A change of either is a change of the set-up.
 */
export const trunkLines: Migration = {
  name: '008-trunk-lines',
  async up(database) {
    await sql`
      alter table trunks
        add column probe_seconds integer check (probe_seconds between 5 and 3600),
        add column identity text not null default 'pai' check (identity in ('pai', 'rpid'))`.execute(
      database,
    );
    await sql`
      create trigger trunks_setup_lines after update of probe_seconds, identity on trunks
        for each statement execute function wholesale_setup_changed_1()`.execute(database);
  },
};
