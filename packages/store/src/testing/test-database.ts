import { randomBytes } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { EmbeddedServer } from '../embedded/embedded-server.ts';
import type { FeatureMigrations } from '../migration.ts';
import { testTemplate } from './test-template.ts';

/** One server for all tests of this user on this machine; it ends some seconds after the last. */
const LINGER_SECONDS = 3;
/** A crash of the machine may lose test data. */
const SETTINGS = { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'on' };

/** Databases looked at by one sweep. */
const SWEEP_MAX = 50;

/** A database of one's own, empty, for several stores or other programs of one test. */
export interface TestDatabase extends AsyncDisposable {
  readonly name: string;
  /** Password included. */
  readonly url: string;
  /** A second view of the server, for what a test wants to know or break. One row set. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/**
 * Makes a database on the test server under the system's temporary directory, empty or with these
 * migrations: 50 ms, 1 s for the first of all. Disposal drops it, whoever is still connected.
 */
export async function openTestDatabase(
  migrations: readonly FeatureMigrations[] = [],
): Promise<TestDatabase> {
  const server = await EmbeddedServer.join({
    directory: join(tmpdir(), `tandem-test-postgres-${userInfo().uid}`),
    database: 'tests',
    lingerSeconds: LINGER_SECONDS,
    settings: SETTINGS,
  });
  const admin = new Client({ connectionString: server.url });
  admin.on('error', () => undefined);
  await admin.connect();
  await dropLeftOvers(admin);
  const name = `test_${randomBytes(6).toString('hex')}`;
  await admin.query('select pg_advisory_lock(hashtext($1))', [name]);
  const urlOf = (database: string): string => server.url.replace(/\/tests$/u, `/${database}`);
  const isEmpty = migrations.length === 0;
  const template = isEmpty ? 'template1' : await testTemplate(admin, urlOf, migrations);
  await admin.query(`create database ${name} template ${template}`);
  const url = urlOf(name);
  return {
    name,
    url,
    async query<Row>(text: string, values: readonly unknown[] = []) {
      const client = new Client({ connectionString: url });
      client.on('error', () => undefined);
      await client.connect();
      try {
        return (await client.query(text, [...values])).rows as Row[];
      } finally {
        await client.end();
      }
    },
    async [Symbol.asyncDispose]() {
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
      await server.close();
    },
  };
}

/** A test that was killed leaves its database, but not the lock on its name. */
async function dropLeftOvers(admin: Client): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    `select datname as name from pg_database where datname like 'test\\_%' limit ${SWEEP_MAX}`,
  );
  for (const { name } of rows) {
    const lock = await admin.query<{ isFree: boolean }>(
      'select pg_try_advisory_lock(hashtext($1)) as "isFree"',
      [name],
    );
    if (lock.rows[0]?.isFree !== true) continue;
    await admin.query(`drop database if exists ${name} with (force)`);
    await admin.query('select pg_advisory_unlock(hashtext($1))', [name]);
  }
}
