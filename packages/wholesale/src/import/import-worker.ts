import { systemClock } from '@tandem/engine';
import { openStore } from '@tandem/store';
import { platform, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { importDeck, type ImportOptions } from './import-deck.ts';
import type { ImportProgress } from './import-progress.ts';

/** What the worker is started with. */
export interface ImportTask {
  readonly url: string;
  readonly sheet: Uint8Array;
  readonly options: Omit<ImportOptions, 'onProgress'>;
}

/** A third of the turns that a thread of calls has, where both want the same core. */
const NICENESS = 5;

const { url, sheet, options } = workerData as ImportTask;
if (platform() === 'linux') setPriority(NICENESS);
const store = await openStore({ url, clock: systemClock, poolSize: 1 });
try {
  const onProgress = (progress: ImportProgress) => parentPort?.postMessage({ progress });
  parentPort?.postMessage({ answer: await importDeck(store, sheet, { ...options, onProgress }) });
} finally {
  await store.close();
}
