import type { CatalogueLoad, KnownVersions } from './catalogue-load.ts';
import { unpackSetup } from '../setup/packed-setup.ts';
import type { SentLoad } from './catalogue-worker.ts';
import { askWorker } from './worker-thread.ts';

/** Loads what is newer than `known`. Rejects with the fault that kept it from that. */
export type CatalogueLoader = (known: KnownVersions) => Promise<CatalogueLoad>;

/**
 * Loads in a worker thread of its own, which ends with its work: the calls of this thread do not
 * wait while a million rates are read, and what compiling took is given back.
 */
export function workerLoader(databaseUrl: () => string): CatalogueLoader {
  const module = new URL('./catalogue-worker.js', import.meta.url);
  return async (known) => {
    const task = { url: databaseUrl(), known };
    const { setup, ...load } = await askWorker<SentLoad>(module, task);
    return setup === undefined ? load : { ...load, setup: await unpackSetup(setup) };
  };
}
