import { TandemError } from './fault.ts';
import type { MaybePromise } from './message-map.ts';

/** Things that may wait in one lane. */
const WAITING_MAX = 256;

/**
 * One call's queue: each thing starts when the one before has ended, so that messages about a
 * call never overtake one another. With nothing waiting, synchronous work runs at once.
 */
export class Lane {
  #isBusy = false;
  readonly #waiting: (() => void)[] = [];

  /** Things that wait now. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /**
   * Runs `work` in its turn and gives its result. Never call it from work of the same lane and
   * await the result: that waits for itself. @throws TandemError LANE_FULL beyond 256 waiting.
   */
  run<T>(work: () => MaybePromise<T>): MaybePromise<T> {
    if (!this.#isBusy) return this.#start(work);
    if (this.#waiting.length >= WAITING_MAX) {
      throw new TandemError('LANE_FULL', { waiting: this.#waiting.length });
    }
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          const result = this.#start(work);
          if (result instanceof Promise) result.then(resolve, reject);
          else resolve(result);
        } catch (fault) {
          reject(fault);
        }
      });
    });
  }

  #start<T>(work: () => MaybePromise<T>): MaybePromise<T> {
    this.#isBusy = true;
    let result: MaybePromise<T>;
    try {
      result = work();
    } catch (fault) {
      this.#next();
      throw fault;
    }
    if (!(result instanceof Promise)) {
      this.#next();
      return result;
    }
    return result.finally(() => this.#next());
  }

  #next(): void {
    this.#isBusy = false;
    // Those that waited start in a turn of their own: a long queue must not grow the stack.
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#isBusy = true;
    queueMicrotask(next);
  }
}
