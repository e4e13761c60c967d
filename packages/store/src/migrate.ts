import { TandemError } from '@tandem/engine';
import { type Kysely, sql } from 'kysely';
import type { LentConnection } from './lent-connection.ts';
import { kyselyOn } from './kysely-tables.ts';
import {
  type FeatureMigrations,
  type MigrationName,
  type MigrationStep,
  planMigrations,
} from './migration.ts';

/** Key of the advisory lock under which one node migrates: "tandem" as bytes. */
const LOCK_KEY = '0x74616e64656d';
/** Longest run of one migration, and longest wait for another node's. */
const MIGRATION_WITHIN_MS = 600_000;

/** What a migration run did, in order; empty when another node had done it before. */
export interface MigrationResult {
  readonly applied: readonly MigrationName[];
}

/**
 * Applies what is missing, on a connection of its own. Nodes that start together wait for the
 * advisory lock; the first applies, the others find nothing left to do. Faults: those of
 * `planMigrations`, and STORE_MIGRATION_FAILED; what was applied before it is kept.
 */
export async function runMigrations(
  connection: LentConnection,
  features: readonly FeatureMigrations[],
): Promise<MigrationResult> {
  const timeoutMs = MIGRATION_WITHIN_MS;
  await connection.query({ text: `set statement_timeout = ${timeoutMs}` });
  try {
    await connection.query({ text: `select pg_advisory_lock(${LOCK_KEY})`, timeoutMs });
    const database = kyselyOn({ lend: async () => lentAgain(connection) }, timeoutMs);
    await createMigrationsTable(database);
    const steps = planMigrations(features, await readApplied(database));
    for (const step of steps) await applyStep(database, step);
    return { applied: steps.map(({ feature, name }) => ({ feature, name })) };
  } finally {
    // The lock and the longer timeout end with the connection.
    connection.breakOff();
  }
}

/** What `runMigrations` would do; waits for nobody and changes nothing. Same faults. */
export async function readPendingMigrations(
  database: Kysely<unknown>,
  features: readonly FeatureMigrations[],
): Promise<MigrationName[]> {
  const found = await sql<{ isThere: boolean }>`
    select to_regclass('migrations') is not null as "isThere"`.execute(database);
  const applied = found.rows[0]?.isThere === true ? await readApplied(database) : [];
  return planMigrations(features, applied).map(({ feature, name }) => ({ feature, name }));
}

async function createMigrationsTable(database: Kysely<unknown>): Promise<void> {
  await sql`
    create table if not exists migrations (
      feature text not null,
      name text not null,
      applied_at timestamptz not null default clock_timestamp(),
      primary key (feature, name)
    )`.execute(database);
}

async function readApplied(database: Kysely<unknown>): Promise<MigrationName[]> {
  const { rows } = await sql<MigrationName>`select feature, name from migrations`.execute(database);
  return rows;
}

async function applyStep(database: Kysely<unknown>, step: MigrationStep): Promise<void> {
  const { feature, name, migration } = step;
  try {
    await database.transaction().execute(async (transaction) => {
      await migration.up(transaction);
      await sql`insert into migrations (feature, name) values (${feature}, ${name})`.execute(
        transaction,
      );
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TandemError('STORE_MIGRATION_FAILED', { feature, name, reason }, { cause });
  }
}

/** The one connection, lent again and again: it goes back when the run is over. */
function lentAgain(connection: LentConnection): Pick<LentConnection, 'query' | 'giveBack'> {
  return { query: connection.query.bind(connection), giveBack: () => undefined };
}
