import { TandemError } from '@tandem/engine';
import type { Transaction } from 'kysely';

/** One step of the database layout of a feature. */
export interface Migration {
  /** Unique within its feature and never changed: `001-users`. */
  readonly name: string;
  /** Makes the step; it runs in a transaction of its own. */
  up(database: Transaction<unknown>): Promise<void>;
}

/** The layout of one feature: its steps in order. New ones are appended at the end. */
export interface FeatureMigrations {
  /** The package that owns the tables: `registrar`. */
  readonly feature: string;
  readonly migrations: readonly Migration[];
}

/** Names one step. */
export interface MigrationName {
  readonly feature: string;
  readonly name: string;
}

/** A step with its feature, as the runner takes it. */
export interface MigrationStep extends MigrationName {
  readonly migration: Migration;
}

/**
 * What is still to be done: pure. Features that the code does not know are left alone, as other
 * nodes may have them. Throws STORE_DATABASE_NEWER when the database is ahead of the code, and
 * STORE_MIGRATIONS_INCONSISTENT when a list was changed before its end.
 */
export function planMigrations(
  features: readonly FeatureMigrations[],
  applied: readonly MigrationName[],
): MigrationStep[] {
  return features.flatMap((feature) => planFeature(feature, applied));
}

function planFeature(
  { feature, migrations }: FeatureMigrations,
  applied: readonly MigrationName[],
): MigrationStep[] {
  const known = migrations.map(({ name }) => name);
  if (new Set(known).size < known.length) {
    throw new TandemError('STORE_MIGRATIONS_INCONSISTENT', { feature, reason: 'a name twice' });
  }
  const done = new Set(applied.filter((one) => one.feature === feature).map(({ name }) => name));
  const newer = [...done].filter((name) => !known.includes(name));
  if (newer.length > 0) throw new TandemError('STORE_DATABASE_NEWER', { feature, newer });

  const pending = migrations.filter(({ name }) => !done.has(name));
  const inserted = pending.find((_, index) => migrations[done.size + index] !== pending[index]);
  if (inserted !== undefined) {
    const reason = `${inserted.name} stands before one that has been applied`;
    throw new TandemError('STORE_MIGRATIONS_INCONSISTENT', { feature, reason });
  }
  return pending.map((migration) => ({ feature, name: migration.name, migration }));
}
