import { askWorker, type WorkerAsking } from '../decks/worker-thread.ts';
import type { ImportOptions, ImportReport } from './import-deck.ts';
import type { ImportProgress } from './import-progress.ts';
import type { ImportTask } from './import-worker.ts';

/**
 * Brings a sheet into a deck in a worker thread: a node goes on with its calls meanwhile. Ended by
 * `signal` before its commit, nothing was written.
 */
export async function importInWorker(
  url: string,
  sheet: Uint8Array,
  options: Omit<ImportOptions, 'onProgress'>,
  asking: WorkerAsking<ImportProgress> = {},
): Promise<ImportReport> {
  const task: ImportTask = { url, sheet, options };
  const module = new URL('./import-worker.js', import.meta.url);
  return await askWorker<ImportReport, ImportProgress>(module, task, asking);
}
