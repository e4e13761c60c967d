import { isFault, systemClock } from '@tandem/engine';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { FeatureMigrations } from './migration.ts';
import { openStore } from './open-store.ts';
import { openTestDatabase } from './testing/test-database.ts';

const users: FeatureMigrations = {
  feature: 'registrar',
  migrations: [
    {
      name: '001-users',
      async up(database) {
        // Long enough that the three meet.
        await sql`select pg_sleep(0.1)`.execute(database);
        await database.schema.createTable('users').addColumn('name', 'text').execute();
      },
    },
    {
      name: '002-realm',
      async up(database) {
        await sql`alter table users add column realm text not null default ''`.execute(database);
      },
    },
  ],
};

it('lets one of three nodes that start together migrate, and the others wait and go on', async () => {
  await using database = await openTestDatabase();
  const open = async () => await openStore({ url: database.url, clock: systemClock, poolSize: 2 });
  await using first = await open();
  await using second = await open();
  await using third = await open();
  const nodes = [first, second, third];
  expect(await first.pendingMigrations([users])).toHaveLength(2);

  const results = await Promise.all(nodes.map(async (node) => await node.migrate([users])));

  expect(results.map(({ applied }) => applied.length).toSorted((a, b) => a - b)).toEqual([0, 0, 2]);
  expect(await first.pendingMigrations([users])).toEqual([]);
  expect(await first.call('select name, realm from users')).toEqual([]);
  expect(await first.call('select feature, name from migrations order by applied_at')).toEqual([
    { feature: 'registrar', name: '001-users' },
    { feature: 'registrar', name: '002-realm' },
  ]);
});

it('rolls a failed migration back whole, keeps those before it, and frees the lock', async () => {
  await using database = await openTestDatabase();
  await using store = await openStore({ url: database.url, clock: systemClock });
  const broken: FeatureMigrations = {
    feature: 'registrar',
    migrations: [
      ...users.migrations,
      {
        name: '003-broken',
        async up(transaction) {
          await transaction.schema.createTable('half').addColumn('id', 'integer').execute();
          await sql`select * from nowhere`.execute(transaction);
        },
      },
    ],
  };
  const error: unknown = await store.migrate([broken]).catch((thrown: unknown) => thrown);
  expect(isFault(error, 'STORE_MIGRATION_FAILED')).toBe(true);
  expect(String(error)).toMatch(/003-broken.*nowhere/u);
  expect(await store.call(`select to_regclass('half')::text as half`)).toEqual([{ half: null }]);
  expect(await store.pendingMigrations([broken])).toEqual([
    { feature: 'registrar', name: '003-broken' },
  ]);
  expect(await store.migrate([users])).toEqual({ applied: [] });
});

it('never goes back: an older program is told that the database is newer', async () => {
  await using database = await openTestDatabase();
  await using store = await openStore({ url: database.url, clock: systemClock });
  await store.migrate([users]);
  const older = { ...users, migrations: users.migrations.slice(0, 1) };
  const attempts = [
    async () => await store.migrate([older]),
    async () => await store.pendingMigrations([older]),
  ];
  for (const attempt of attempts) {
    const error: unknown = await attempt().catch((thrown: unknown) => thrown);
    expect(isFault(error, 'STORE_DATABASE_NEWER')).toBe(true);
  }
});
