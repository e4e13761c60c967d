import { type Migration, sql } from '@tandem/store';

/**
 * Deleting an archived month is a step of its own: between being taken out and being deleted its
 * records can be exported from a table that nobody writes any more.
 */
export const droppedArchives: Migration = {
  name: '014-dropped-archives',
  async up(database) {
    await sql`
      create function drop_cdr_archive_1(p_month date) returns boolean
      language plpgsql as $body$
      declare
        v_name text;
      begin
        perform pg_advisory_xact_lock(hashtext('tandem cdr archives'));
        perform set_config('lock_timeout', '3s', true);
        select table_name into v_name from cdr_archives
          where month = p_month and table_name = 'cdrs_' || to_char(p_month, 'YYYY_MM');
        if v_name is null or to_regclass(v_name) is null then return false; end if;
        execute format('drop table %I', v_name);
        update cdr_archives set table_name = null where month = p_month;
        return true;
      end $body$`.execute(database);
  },
};
