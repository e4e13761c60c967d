import type { Clock } from '@tandem/engine';
import type { ApiAnswer, NodesFollowing } from '@tandem/messages';
import type { WorkerAsking } from '../decks/worker-thread.ts';
import type { ImportProgress } from './import-progress.ts';

/** What a node says of an import: how far it is, and at last its answer and who goes by it. */
export type ImportLine =
  | { readonly progress: ImportProgress }
  | (Pick<ApiAnswer, 'status' | 'body'> & { readonly nodes?: NodesFollowing | undefined });

/** Said again when nothing is new: who waits knows that we live, and we that he does. */
const BEAT_MS = 1_000;

/**
 * Runs an import and tells how far it is, at least once a second. Whoever stops reading ends it:
 * what was not committed by then is not written. Never throws: a fault is the last line.
 *
 * @param run does not reject
 */
export async function* importLines(
  clock: Clock,
  run: (
    asking: WorkerAsking<ImportProgress>,
  ) => Promise<Exclude<ImportLine, { progress: unknown }>>,
): AsyncGenerator<ImportLine, void> {
  const ending = new AbortController();
  let progress: ImportProgress = { stage: 'read', share: 0 };
  let wake: () => void = () => undefined;
  const onProgress = (newer: ImportProgress): void => {
    progress = newer;
    wake();
  };
  const answer = run({ onProgress, signal: ending.signal });
  const isOver = answer.then(() => true);
  try {
    for (;;) {
      let stopTimer: () => void = () => undefined;
      const isNews = new Promise<false>((resolve) => {
        wake = () => resolve(false);
        stopTimer = clock.startTimer(BEAT_MS, wake);
      });
      const isDone = await Promise.race([isOver, isNews]);
      stopTimer();
      if (isDone) break;
      yield { progress };
    }
    yield await answer;
  } finally {
    ending.abort();
  }
}
