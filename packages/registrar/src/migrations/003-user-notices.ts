import { type Migration, sql } from '@tandem/store';

/**
 * Whoever changes users, by `tandem apply` or by hand, tells all nodes when it is committed:
 * they remember the hashes of users and forget them then.
 */
export const userNotices: Migration = {
  name: '003-user-notices',
  async up(database) {
    await sql`
      create function tell_users_changed_1() returns trigger language plpgsql as $body$
      begin
        perform pg_notify('tandem_users', '');
        return null;
      end $body$`.execute(database);
    await sql`
      create trigger users_changed after insert or update or delete or truncate on users
        for each statement execute function tell_users_changed_1()`.execute(database);
  },
};
