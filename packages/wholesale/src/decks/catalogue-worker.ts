import { systemClock } from '@tandem/engine';
import { openStore } from '@tandem/store';
import { constants, platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { KnownVersions } from './catalogue-load.ts';
import { loadCatalogue } from './load-catalogue.ts';

/** What the worker is started with. */
export interface WorkerTask {
  readonly url: string;
  readonly known: KnownVersions;
}

// Where a thread has a priority of its own, calls go first: a deck may be a second later.
if (platform() === 'linux') setPriority(constants.priority.PRIORITY_LOW);

const { url, known } = workerData as WorkerTask;
const store = await openStore({ url, clock: systemClock, poolSize: 1 });
try {
  const { load, transfer } = await loadCatalogue(store, known);
  parentPort?.postMessage(load, [...transfer]);
} finally {
  await store.close();
}
