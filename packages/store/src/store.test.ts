import { isFault, ManualClock, systemClock } from '@tandem/engine';
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { openStore } from './open-store.ts';
import { outcomeOf } from './outcome.ts';
import type { FeatureMigrations } from './migration.ts';
import { openTestStore } from './testing/open-test-store.ts';

interface ThingTables {
  things: { id: number; name: string; price: string };
}

const things: FeatureMigrations = {
  feature: 'test',
  migrations: [
    {
      name: '1',
      async up(database) {
        await database.schema
          .createTable('things')
          .addColumn('id', 'integer', (column) => column.primaryKey())
          .addColumn('name', 'text', (column) => column.notNull())
          .addColumn('price', 'numeric(18, 6)', (column) => column.notNull())
          .execute();
      },
    },
  ],
};
const errorOf = async (work: Promise<unknown>) => await work.catch((error: unknown) => error);

describe('a store that is up', () => {
  it('gives typed tables, money as text and counts as bigint', async () => {
    await using test = await openTestStore({ migrations: [things] });
    const tables = test.store.tables<ThingTables>();
    await tables.insertInto('things').values({ id: 1, name: 'a', price: '0.10' }).execute();
    expect(await tables.selectFrom('things').selectAll().execute()).toEqual([
      { id: 1, name: 'a', price: '0.100000' },
    ]);
    expect(await test.store.call('select count(*) from things')).toEqual([{ count: 1n }]);
  });

  it('names the constraint and the class of a refused statement, by either way', async () => {
    await using test = await openTestStore({ migrations: [things] });
    const row = { id: 1, name: 'a', price: '1' };
    const insert = test.store.tables<ThingTables>().insertInto('things').values(row);
    await insert.execute();
    const insertRaw = 'insert into things values ($1, $2, $3)';
    for (const error of [
      await errorOf(insert.execute()),
      await errorOf(test.store.call(insertRaw, [1, 'a', '1'])),
    ]) {
      expect(isFault(error, 'STORE_STATEMENT_FAILED')).toBe(true);
      expect(error).toMatchObject({ details: { sqlState: '23505', constraint: 'things_pkey' } });
      expect(outcomeOf(error)).toBe('bad-row');
    }
  });

  it('keeps the connection of a refused statement', async () => {
    await using test = await openTestStore({ poolSize: 1 });
    const backend = async () => await test.store.call('select pg_backend_pid() as pid');
    const before = await backend();
    await errorOf(test.store.call('select 1 / 0'));
    expect(await backend()).toEqual(before);
  });

  it('has Postgres end a statement that runs too long, rolled back', async () => {
    await using test = await openTestStore({ statementTimeoutMs: 50 });
    const error = await errorOf(test.store.call('select pg_sleep(5)'));
    expect(error).toMatchObject({ details: { sqlState: '57014' } });
    expect(outcomeOf(error)).toBe('rolledback');
  });

  it('refuses what would wait behind too many others, without sending it', async () => {
    await using test = await openTestStore({ poolSize: 1, waitingMax: 1 });
    const slow = test.store.call('select pg_sleep(0.1)');
    const waiting = test.store.call('select 1');
    const error = await errorOf(test.store.call('select 2'));
    expect(isFault(error, 'STORE_BUSY')).toBe(true);
    await Promise.all([slow, waiting]);
  });

  it('says "busy", not "unreachable", when no connection comes free in time', async () => {
    await using test = await openTestStore({ poolSize: 1, connectTimeoutMs: 500 });
    const slow = test.store.call('select pg_sleep(1)');
    expect(isFault(await errorOf(test.store.call('select 1')), 'STORE_BUSY')).toBe(true);
    expect(test.store.isUp).toBe(true);
    await slow;
  });

  it('lets a lane pass the queue of the others', async () => {
    await using test = await openTestStore({ poolSize: 1 });
    const lane = test.store.lane('admission', { poolSize: 1, statementTimeoutMs: 500 });
    let isSlowOver = false;
    const slow = test.store.call('select pg_sleep(0.3)').finally(() => (isSlowOver = true));
    expect(await lane.call('select $1::int as one', [1])).toEqual([{ one: 1 }]);
    expect(isSlowOver).toBe(false);
    await slow;
  });

  it('survives a change of a table under a prepared statement at the second try', async () => {
    await using test = await openTestStore({ migrations: [things], poolSize: 1 });
    const select = async () => await test.store.call('select * from things');
    await select();
    await test.store.call('alter table things add column note text');
    expect(outcomeOf(await errorOf(select()))).toBe('rolledback');
    expect(await select()).toEqual([]);
  });

  it('fails a parameter that cannot be written before anything is sent', async () => {
    await using test = await openTestStore();
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const error = await errorOf(test.store.call('select $1::json', [cyclic]));
    expect(isFault(error, 'STORE_STATEMENT_FAILED')).toBe(true);
    expect(outcomeOf(error)).toBe('other');
    expect(await test.store.call('select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('tells what the server promises about a commit', async () => {
    await using test = await openTestStore();
    expect(await test.store.durability()).toMatchObject({
      synchronousCommit: 'on',
      isStandby: false,
      timelineId: 1,
    });
  });
});

describe('a store whose database is away', () => {
  it('opens, says what to mend, and refuses at once', async () => {
    const lines: string[] = [];
    await using store = await openStore({
      url: 'postgres://u:secret@127.0.0.1:1/tandem',
      clock: new ManualClock(),
      onLog: ({ text, details }) => lines.push(`${text} ${JSON.stringify(details)}`),
    });
    expect(store.state).toBe('down');
    expect(store.fault).toMatchObject({ code: 'STORE_UNREACHABLE' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/127\.0\.0\.1:1.*ECONNREFUSED/u);
    expect(lines[0]).not.toContain('secret');
    const attempts = [
      async () => await store.ready(),
      async () => await store.call('select 1'),
      async () => await store.notices.publish('c', 'x'),
    ];
    for (const attempt of attempts) {
      const error = await errorOf(attempt());
      expect(isFault(error, 'STORE_UNREACHABLE')).toBe(true);
      expect(outcomeOf(error)).toBe('rolledback');
    }
  });

  it('tells refusal from absence: a wrong password, a database that is not there', async () => {
    await using test = await openTestStore();
    const wrongPassword = new URL(test.database.url);
    wrongPassword.password = 'wrong';
    const noDatabase = new URL(test.database.url);
    noDatabase.pathname = '/nowhere';
    for (const [url, reason] of [
      [wrongPassword.href, 'password authentication failed'],
      [noDatabase.href, 'database "nowhere" does not exist'],
    ] as const) {
      await using store = await openStore({ url, clock: new ManualClock() });
      expect(store.fault?.code).toBe('STORE_REFUSED');
      expect(store.fault?.message).toContain(reason);
    }
  });

  it('gives up a server that takes the connection and never answers', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    await using store = await openStore({
      url: `postgres://u:p@127.0.0.1:${port}/tandem`,
      clock: systemClock,
      connectTimeoutMs: 50,
    });
    expect(store.isUp).toBe(false);
    silent.close();
  });

  it('refuses an address that is none before it tries', async () => {
    const error = await errorOf(openStore({ url: 'localhost', clock: new ManualClock() }));
    expect(isFault(error, 'STORE_URL_INVALID')).toBe(true);
  });

  it('wants either a url or a directory', async () => {
    const error = await errorOf(openStore({ clock: new ManualClock() }));
    expect(isFault(error, 'STORE_EMBEDDED_DIRECTORY')).toBe(true);
  });
});

describe('a closed store', () => {
  it('refuses everything, and may be closed again', async () => {
    await using test = await openTestStore();
    await test.store.close();
    expect(isFault(await errorOf(test.store.call('select 1')), 'STORE_CLOSED')).toBe(true);
    await test.store.close();
  });
});
