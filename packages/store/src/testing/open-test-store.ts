import { systemClock } from '@tandem/engine';
import type { FeatureMigrations } from '../migration.ts';
import { openStore, type StoreOptions } from '../open-store.ts';
import type { Store } from '../store.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

/** What a test may want otherwise than usual. */
export interface TestStoreOptions extends Omit<Partial<StoreOptions>, 'url' | 'directory'> {
  /** Applied before the store is handed over. */
  readonly migrations?: readonly FeatureMigrations[];
}

/** A store on a database of its own, and that database. */
export interface TestStore extends AsyncDisposable {
  readonly store: Store;
  readonly database: TestDatabase;
}

/**
 * Opens a store on a fresh database: `await using test = await openTestStore({ migrations })`.
 * Disposal closes the store and drops the database.
 */
export async function openTestStore(options: TestStoreOptions = {}): Promise<TestStore> {
  const { migrations, ...storeOptions } = options;
  const database = await openTestDatabase(migrations);
  try {
    const { url } = database;
    const store = await openStore({ clock: systemClock, poolSize: 4, ...storeOptions, url });
    return {
      store,
      database,
      async [Symbol.asyncDispose]() {
        await store.close();
        await database[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
}
