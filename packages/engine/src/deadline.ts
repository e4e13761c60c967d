import type { TimerWheel } from './timer-wheel.ts';

/**
 * Waits for `work` no longer than `limitMs`, then rejects with what `fault` makes; whatever the
 * work does afterwards is ignored, a rejection too.
 */
export function withDeadline<T>(
  wheel: TimerWheel,
  limitMs: number,
  work: PromiseLike<T>,
  fault: () => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = wheel.after(limitMs, () => reject(fault()));
    work.then(
      (value) => {
        stop();
        resolve(value);
      },
      (cause: unknown) => {
        stop();
        reject(cause);
      },
    );
  });
}
