import { type Migration, sql } from '@tandem/store';

/**
 * Marking the dead without waiting for anybody: two survivors that mark the same boots at once
 * met their rows in different orders and one of them was rolled back as a deadlock. A row that
 * another survivor or a beat holds is left for the next look, a second later. Still one
 * statement, whose conditions are asked again of the row as it is once locked.
 */
export const fencingInOrder: Migration = {
  name: '009-fencing-in-order',
  async up(database) {
    await sql`
      create function fence_boots_2(p_boot text, p_gap interval)
      returns setof text language sql as $body$
        with due as materialized (
          select b.boot from node_boots b
          where b.state = 'live' and b.boot <> p_boot
            and b.last_seen < clock_timestamp() - b.dead_after
            and exists (
              select 1 from node_boots mine
              where mine.boot = p_boot and mine.state = 'live'
                and mine.last_seen >= clock_timestamp() - p_gap
                -- Our own lease was unbroken for as long: after an outage nobody is marked.
                and mine.continuous_since < clock_timestamp() - b.dead_after
            )
          order by b.boot
          for update of b skip locked
        )
        update node_boots b set state = 'dead' from due
        where b.boot = due.boot and b.state = 'live'
          and b.last_seen < clock_timestamp() - b.dead_after
        returning b.boot
      $body$`.execute(database);
  },
};
