import { type Migration, sql } from '@tandem/store';

/**
 * Fewer beats than a process knows of are no sign of a twin: a failover lost them, and no twin takes
 * beats away. `beat_boot_2` as it stands, with that one condition; where it has it, nothing changes.
 */
export const beatsAfterFailover: Migration = {
  name: '017-beats-after-failover',
  async up(database) {
    await sql`
      do $body$ begin
        execute replace(pg_get_functiondef('beat_boot_2'::regproc),
          'b.beats between p_known and p_known + p_lost', 'b.beats <= p_known + p_lost');
      end $body$`.execute(database);
  },
};
