import { type Migration, sql } from '@tandem/store';

/** The domain of callers towards a trunk's peer; null: the one that the caller called us by. */
export const fromDomain: Migration = {
  name: '010-from-domain',
  async up(database) {
    await sql`alter table trunks add column from_domain text`.execute(database);
    await sql`
      create trigger trunks_setup_from_domain after update of from_domain on trunks
        for each statement execute function wholesale_setup_changed_1()`.execute(database);
  },
};
