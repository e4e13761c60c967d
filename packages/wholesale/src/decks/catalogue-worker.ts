import { systemClock } from '@tandem/engine';
import { openStore } from '@tandem/store';
import { parentPort, workerData } from 'node:worker_threads';
import type { KnownVersions } from './catalogue-load.ts';
import { loadCatalogue } from './load-catalogue.ts';

/** What the worker is started with. */
export interface WorkerTask {
  readonly url: string;
  readonly known: KnownVersions;
}

const { url, known } = workerData as WorkerTask;
const store = await openStore({ url, clock: systemClock, poolSize: 1 });
try {
  const { load, transfer } = await loadCatalogue(store, known);
  parentPort?.postMessage(load, [...transfer]);
} finally {
  await store.close();
}
