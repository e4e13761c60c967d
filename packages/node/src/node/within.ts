import type { Clock } from '@tandem/engine';

/** Whether `work` has ended within `limitMs`; what it does later is not waited for. */
export async function endsWithin(
  clock: Clock,
  limitMs: number,
  work: Promise<unknown>,
): Promise<boolean> {
  return await new Promise((resolve) => {
    const stop = clock.startTimer(limitMs, () => resolve(false));
    const end = (): void => {
      stop();
      resolve(true);
    };
    work.then(end, end);
  });
}
