import { systemClock } from '@tandem/engine';
import { openStore } from '@tandem/store';
import { platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { KnownVersions } from './catalogue-load.ts';
import { loadCatalogue } from './load-catalogue.ts';

/** What the worker is started with. */
export interface WorkerTask {
  readonly url: string;
  readonly known: KnownVersions;
}

/** A third of the turns that a thread of calls has, where both want the same core. */
const NICENESS = 5;

const { url, known } = workerData as WorkerTask;
// Where a thread has a priority of its own, calls go first; before the first load there are none.
if (platform() === 'linux' && known.setup !== undefined) setPriority(NICENESS);
const store = await openStore({ url, clock: systemClock, poolSize: 1 });
try {
  const { load, transfer } = await loadCatalogue(store, known);
  parentPort?.postMessage({ answer: load }, [...transfer]);
} finally {
  await store.close();
}
