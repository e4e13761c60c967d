import { type Migration, sql } from '@tandem/store';

/**
 * A statement on routes raises the version of each profile it touched once, as with rates and
 * decks: a row at a time, ten thousand routes would rewrite their profile ten thousand times.
 */
export const profileVersions: Migration = {
  name: '011-profile-versions',
  async up(database) {
    await sql`drop trigger route_changed on routes`.execute(database);
    await sql`drop function route_changed_1()`.execute(database);
    await sql`
      create function routes_changed_2() returns trigger language plpgsql as $body$
      begin
        if tg_op = 'UPDATE' then
          update profiles set version = version + 1 where id in
            (select profile_id from old_routes union select profile_id from new_routes);
        elsif tg_op = 'INSERT' then
          update profiles set version = version + 1 where id in
            (select distinct profile_id from new_routes);
        else
          update profiles set version = version + 1 where id in
            (select distinct profile_id from old_routes);
        end if;
        return null;
      end $body$`.execute(database);
    await sql`
      create trigger routes_inserted after insert on routes
        referencing new table as new_routes
        for each statement execute function routes_changed_2()`.execute(database);
    await sql`
      create trigger routes_updated after update on routes
        referencing old table as old_routes new table as new_routes
        for each statement execute function routes_changed_2()`.execute(database);
    await sql`
      create trigger routes_deleted after delete on routes
        referencing old table as old_routes
        for each statement execute function routes_changed_2()`.execute(database);
  },
};
