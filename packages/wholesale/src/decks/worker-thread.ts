import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';

/** What a worker posts: how far it is, as often as it likes, and its answer at the end. */
export type WorkerPost<Answer, Progress = never> =
  | { readonly progress: Progress }
  | { readonly answer: Answer };

/** How a worker is asked. */
export interface WorkerAsking<Progress> {
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Ends the worker, wherever it is. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Has a worker thread of its own do one thing, and gives its answer. Rejects with the fault that
 * ended it instead.
 *
 * @param module address of the worker's module beside the caller's, such as `./catalogue-worker.js`
 */
export async function askWorker<Answer, Progress = never>(
  module: URL,
  workerData: object,
  { onProgress, signal }: WorkerAsking<Progress> = {},
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const worker = new Worker(...workerArguments(module, workerData));
    const end = (): void => void worker.terminate();
    signal?.addEventListener('abort', end, { once: true });
    worker.on('message', (post: WorkerPost<Answer, Progress>) => {
      if ('answer' in post) resolve(post.answer);
      else onProgress?.(post.progress);
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', end);
      // After an answer this changes nothing.
      reject(new Error(`the worker ended with code ${code}`));
    });
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
