import { type Migration, sql } from '@tandem/store';

/**
 * Which versions each node goes by, as it says itself: so that whoever changes the set-up with a
 * database and no node can say when the change is in force. Nodes that fell silent count no more.
 */
export const catalogueNodes: Migration = {
  name: '009-catalogue-nodes',
  async up(database) {
    await sql`
      create table catalogue_nodes (
        node text primary key,
        setup_version bigint not null,
        deck_ids bigint[] not null,
        deck_versions bigint[] not null,
        seen_at timestamptz not null default clock_timestamp()
      )`.execute(database);
  },
};
