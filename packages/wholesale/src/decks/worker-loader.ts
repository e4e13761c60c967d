import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { CatalogueLoad, KnownVersions } from './catalogue-load.ts';

/** Loads what is newer than `known`. Rejects with the fault that kept it from that. */
export type CatalogueLoader = (known: KnownVersions) => Promise<CatalogueLoad>;

/**
 * Loads in a worker thread of its own, which ends with its work: the calls of this thread do not
 * wait while a million rates are read, and what compiling took is given back.
 */
export function workerLoader(databaseUrl: () => string): CatalogueLoader {
  return (known) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(...workerArguments({ url: databaseUrl(), known }));
      worker.once('message', resolve);
      worker.once('error', reject);
      // After a message this changes nothing.
      worker.once('exit', (code) => reject(new Error(`the worker ended with code ${code}`)));
    });
}

function workerArguments(workerData: object): ConstructorParameters<typeof Worker> {
  const entry = fileURLToPath(new URL('./catalogue-worker.js', import.meta.url));
  if (!import.meta.url.endsWith('.ts')) return [entry, { workerData }];
  // Run from source: the thread needs the same reader of TypeScript as this one.
  const tsx = createRequire(import.meta.url).resolve('tsx/esm/api');
  const reader = pathToFileURL(tsx.replace(/\.cjs$/, '.mjs')).href;
  const source = pathToFileURL(entry.replace(/\.js$/, '.ts')).href;
  const start = `import('${reader}').then(({ register }) => { register(); import('${source}'); })`;
  return [start, { eval: true, workerData, execArgv: ['--conditions=tandem-source'] }];
}
