import { type Migration, sql } from '@tandem/store';

/**
 * A transaction raises the version of the set-up once, whatever it changes: a file of ten thousand
 * tenants would else rewrite that one row twenty thousand times, each time behind all of its former
 * versions. What is rolled back to a savepoint takes its mark back, too.
 */
export const raisedOnce: Migration = {
  name: '012-raised-once',
  async up(database) {
    await sql`
      create or replace function wholesale_setup_changed_1() returns trigger
      language plpgsql as $body$
      declare
        v_transaction text := pg_current_xact_id()::text;
      begin
        if current_setting('tandem.setup_raised_by', true) is distinct from v_transaction then
          update wholesale_setup set version = version + 1;
          perform set_config('tandem.setup_raised_by', v_transaction, true);
          perform pg_notify('tandem_wholesale', 'setup');
        end if;
        return null;
      end $body$`.execute(database);
    // A set-up reads and writes what belongs to each tenant: without these, all users for each.
    await sql`create index tenant_users_tenant on tenant_users (tenant_id)`.execute(database);
    await sql`create index routes_trunk on routes (trunk_id)`.execute(database);
  },
};
