import type { Store } from '@tandem/store';
import type { KnownVersions } from './catalogue-load.ts';

/** The versions of set-up and decks in the database: one small statement, made every few seconds. */
export async function readVersions(store: Store): Promise<KnownVersions> {
  const rows = await store.call<{ id: bigint | null; version: bigint }>(
    `select null::bigint as id, version from wholesale_setup
      union all select id, version from rate_decks`,
  );
  const decks = new Map<bigint, bigint>();
  let setup: bigint | undefined;
  for (const { id, version } of rows) {
    if (id === null) setup = version;
    else decks.set(id, version);
  }
  return { setup, decks };
}
