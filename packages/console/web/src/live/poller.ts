import { type ApiProblem, problemOfThrow } from '../api/api-problem.ts';
import type { PageClock } from '../clock/page-clock.ts';

/** The longest wait after failures, ms: a node that is back is seen soon. */
const BACKOFF_MAX_MS = 5_000;
/** However often something happens, the node is not asked more often than this, ms. */
const NUDGE_PERIOD_MIN_MS = 400;
/** What a node needs long for is asked for less often: it rests this many times as long. */
const REST_FACTOR = 3;

/** What is known now: the last good answer, when it came, and why the last try failed. */
export interface Reading<T> {
  readonly value: T | undefined;
  /** By the page's clock; undefined before the first answer. */
  readonly receivedAtMs: number | undefined;
  /** Of the last try; undefined when it went well. */
  readonly problem: ApiProblem | undefined;
}

/** A reading before anything came. */
export const nothingYet: Reading<never> = Object.freeze({
  value: undefined,
  receivedAtMs: undefined,
  problem: undefined,
});

/** What a poller is made of. */
export interface PollerOptions<T> {
  readonly ask: () => Promise<T>;
  readonly periodMs: number;
  readonly clock: PageClock;
  readonly onReading: (reading: Reading<T>) => void;
}

/**
 * Asks again and again, one question at a time. After a failure the last good answer stays, and
 * the waits grow: a node that comes back is not met by every open browser at once.
 */
export class Poller<T> {
  readonly #options: PollerOptions<T>;
  #reading: Reading<T> = nothingYet;
  #failures = 0;
  #isAsking = false;
  #isAgainWanted = false;
  #isStopped = false;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #tookMs = 0;
  #stopTimer: (() => void) | undefined;

  constructor(options: PollerOptions<T>) {
    this.#options = options;
  }

  /** Asks now, and from now on. */
  start(): void {
    void this.#ask();
  }

  /** Asks no more; an answer under way is dropped. */
  stop(): void {
    this.#isStopped = true;
    this.#stopTimer?.();
  }

  /** Something happened: asks soon, once for many nudges. */
  nudge(): void {
    if (this.#isStopped) return;
    if (this.#isAsking) {
      this.#isAgainWanted = true;
      return;
    }
    const sinceMs = this.#options.clock.now() - this.#askedAtMs - this.#tookMs;
    this.#askIn(Math.max(0, this.#restMs - sinceMs));
  }

  get #restMs(): number {
    return Math.max(NUDGE_PERIOD_MIN_MS, REST_FACTOR * this.#tookMs);
  }

  async #ask(): Promise<void> {
    const { ask, periodMs, clock } = this.#options;
    this.#isAsking = true;
    this.#isAgainWanted = false;
    this.#askedAtMs = clock.now();
    try {
      const value = await ask();
      this.#failures = 0;
      this.#tell({ value, receivedAtMs: clock.now(), problem: undefined });
    } catch (thrown) {
      this.#failures++;
      this.#tell({ ...this.#reading, problem: problemOfThrow(thrown) });
    }
    this.#tookMs = clock.now() - this.#askedAtMs;
    this.#isAsking = false;
    if (this.#isStopped) return;
    const backoffMs = Math.min(BACKOFF_MAX_MS, periodMs * 2 ** Math.min(this.#failures, 10));
    if (this.#failures > 0) this.#askIn(backoffMs);
    else this.#askIn(this.#isAgainWanted ? this.#restMs : periodMs);
  }

  #askIn(delayMs: number): void {
    this.#stopTimer?.();
    this.#stopTimer = this.#options.clock.after(delayMs, () => void this.#ask());
  }

  #tell(reading: Reading<T>): void {
    if (this.#isStopped) return;
    this.#reading = reading;
    this.#options.onReading(reading);
  }
}
