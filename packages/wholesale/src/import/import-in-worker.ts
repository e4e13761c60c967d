import { askWorker } from '../decks/worker-thread.ts';
import type { ImportOptions, ImportReport } from './import-deck.ts';
import type { ImportTask } from './import-worker.ts';

/** Brings a sheet into a deck in a worker thread: a node goes on with its calls meanwhile. */
export async function importInWorker(
  url: string,
  sheet: Uint8Array,
  options: ImportOptions,
): Promise<ImportReport> {
  const task: ImportTask = { url, sheet, options };
  return await askWorker<ImportReport>(new URL('./import-worker.js', import.meta.url), task);
}
