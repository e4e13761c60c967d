import { openTestStore } from '@tandem/store/testing';
import { describe, expect, test } from 'vitest';
import { wholesaleMigrations } from './index.ts';

const migrations = [wholesaleMigrations];

describe('versions of decks and of the set-up', () => {
  test('any statement on rates raises the version of the decks it touched, and of no other', async () => {
    await using bench = await openTestStore({ migrations });
    const { database } = bench;
    await database.query(`insert into rate_decks (name, kind, currency) values
      ('a', 'sell', 'USD'), ('b', 'buy', 'USD')`);
    const versions = async () =>
      (
        await database.query<{ version: string }>('select version from rate_decks order by name')
      ).map(({ version }) => Number(version));
    expect(await versions()).toEqual([1, 1]);
    await database.query(`insert into rates (deck_id, prefix, rate) select id, '49', 0.1 from rate_decks
      where name = 'a'`);
    expect(await versions()).toEqual([2, 1]);
    await database.query('update rates set rate = 0.2');
    expect(await versions()).toEqual([3, 1]);
    await database.query('delete from rates');
    expect(await versions()).toEqual([4, 1]);
    await database.query('truncate rates');
    expect(await versions()).toEqual([5, 2]);
    await database.query(`update rate_decks set rounding = 'up' where name = 'b'`);
    expect(await versions()).toEqual([5, 3]);
  });

  test('what the ledger moves on tenants and trunks does not change the set-up', async () => {
    await using bench = await openTestStore({ migrations });
    const { database } = bench;
    const version = async () =>
      Number(
        (await database.query<{ version: string }>('select version from wholesale_setup'))[0]!
          .version,
      );
    await database.query(`insert into tenants (name, currency) values ('acme', 'USD')`);
    await database.query(`insert into trunks (name, direction) values ('acme-in', 'inbound')`);
    const before = await version();
    await database.query('update tenants set balance = balance - 1, held = 1, active = 1');
    await database.query('update trunks set active = 1, balance = -1');
    expect(await version()).toBe(before);
    await database.query(`update tenants set max_calls = 3`);
    expect(await version()).toBe(before + 1);
  });

  test('a transaction raises the set-up once, whatever it changes, and what is rolled back not at all', async () => {
    await using bench = await openTestStore({ migrations });
    const { database, store } = bench;
    const version = async () =>
      Number(
        (await database.query<{ version: string }>('select version from wholesale_setup'))[0]!
          .version,
      );
    const before = await version();
    const insert = (name: string) =>
      `insert into tenants (name, currency) values ('${name}', 'USD')`;
    await store.transaction(async (transaction) => {
      for (let n = 0; n < 5; n++) await transaction.query(insert(`first-${n}`));
    });
    expect(await version()).toBe(before + 1);
    await store.transaction(async (transaction) => {
      await transaction.query('savepoint a');
      await transaction.query(insert('second'));
      await transaction.query('rollback to savepoint a');
      await transaction.query(insert('third'));
      await transaction.query(insert('fourth'));
    });
    expect(await version()).toBe(before + 2);
    await store.transaction(async (transaction) => {
      await transaction.query('savepoint a');
      await transaction.query(insert('fifth'));
      await transaction.query('rollback to savepoint a');
    });
    expect(await version()).toBe(before + 2);
    await database.query(insert('sixth'));
    await database.query(insert('seventh'));
    expect(await version()).toBe(before + 4);
  });

  test('a route raises the version of its profile', async () => {
    await using bench = await openTestStore({ migrations });
    const { database } = bench;
    await database.query(`insert into profiles (name) values ('std')`);
    await database.query(`insert into trunks (name, direction, address) values
      ('carrier', 'outbound', 'sip:10.0.0.9')`);
    await database.query(`insert into routes (profile_id, position, trunk_id)
      select profiles.id, 0, trunks.id from profiles, trunks`);
    await database.query('update routes set weight = 1');
    await database.query('delete from routes');
    const rows = await database.query<{ version: string }>('select version from profiles');
    expect(Number(rows[0]!.version)).toBe(4);
  });
});
