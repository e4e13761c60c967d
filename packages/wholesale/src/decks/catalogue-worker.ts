import { systemClock } from '@tandem/engine';
import { openStore } from '@tandem/store';
import { platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { type PackedSetup, packSetup } from '../setup/packed-setup.ts';
import type { CatalogueLoad, KnownVersions } from './catalogue-load.ts';
import { loadCatalogue } from './load-catalogue.ts';

/** What the worker is started with. */
export interface WorkerTask {
  readonly url: string;
  readonly known: KnownVersions;
}

/** What the worker answers: what it has read, the set-up packed. */
export type SentLoad = Omit<CatalogueLoad, 'setup'> & { readonly setup: PackedSetup | undefined };

/** A third of the turns that a thread of calls has, where both want the same core. */
const NICENESS = 5;

const { url, known } = workerData as WorkerTask;
// Where a thread has a priority of its own, calls go first; before the first load there are none.
if (platform() === 'linux' && known.setup !== undefined) setPriority(NICENESS);
const store = await openStore({ url, clock: systemClock, poolSize: 1 });
try {
  const { load, transfer } = await loadCatalogue(store, known);
  const setup = load.setup && packSetup(load.setup);
  const answer: SentLoad = { ...load, setup };
  const moved = setup?.pieces.map(({ bytes }) => bytes.buffer) ?? [];
  parentPort?.postMessage({ answer }, [...transfer, ...moved]);
} finally {
  await store.close();
}
