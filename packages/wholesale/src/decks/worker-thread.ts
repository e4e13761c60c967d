import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/**
 * Has a worker thread of its own do one thing, and gives the one message that it posts. Rejects
 * with the fault that ended it instead.
 *
 * @param module address of the worker's module beside the caller's, such as `./catalogue-worker.js`
 */
export async function askWorker<Answer>(module: URL, workerData: object): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const worker = new Worker(...workerArguments(module, workerData));
    worker.once('message', resolve);
    worker.once('error', reject);
    // After a message this changes nothing.
    worker.once('exit', (code) => reject(new Error(`the worker ended with code ${code}`)));
  });
}

function workerArguments(module: URL, workerData: object): ConstructorParameters<typeof Worker> {
  const entry = fileURLToPath(module);
  if (!import.meta.url.endsWith('.ts')) return [entry, { workerData }];
  // Run from source: the thread needs the same reader of TypeScript as this one.
  const tsx = createRequire(import.meta.url).resolve('tsx/esm/api');
  const reader = pathToFileURL(tsx.replace(/\.cjs$/, '.mjs')).href;
  const source = pathToFileURL(entry.replace(/\.js$/, '.ts')).href;
  const start = `import('${reader}').then(({ register }) => { register(); import('${source}'); })`;
  return [start, { eval: true, workerData, execArgv: ['--conditions=tandem-source'] }];
}
