import type { Clock, StopTimer } from './clock.ts';

interface Due {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/** Turns of the event loop given to promises after each instant in `advance`. */
const SETTLE_TURNS = 3;

/**
 * A clock for tests: it stands still until it is turned, and fires what falls due in order.
 * Wall and monotonic time move together unless `stepWall` pulls them apart.
 */
export class ManualClock implements Clock {
  #elapsedMs = 0;
  #wallMs: number;
  #order = 0;
  readonly #due = new Set<Due>();

  /** @param startAt wall time at which the clock begins, epoch ms */
  constructor(startAt = Date.UTC(2026, 0, 1)) {
    this.#wallMs = startAt;
  }

  now(): number {
    return this.#wallMs + this.#elapsedMs;
  }

  monotonicMs(): number {
    return this.#elapsedMs;
  }

  startTimer(delayMs: number, fire: () => void): StopTimer {
    const due = { at: this.#elapsedMs + Math.max(0, delayMs), order: this.#order++, fire };
    this.#due.add(due);
    return () => void this.#due.delete(due);
  }

  /** Timers not yet fired nor stopped: what a test of leaks counts. */
  get pending(): number {
    return this.#due.size;
  }

  /** Moves wall time alone by `ms`, as an operator or NTP does; monotonic time does not notice. */
  stepWall(ms: number): void {
    this.#wallMs += ms;
  }

  /** Turns the clock by `ms`, firing in order and letting promises settle after each instant. */
  async advance(ms: number): Promise<void> {
    const target = this.#elapsedMs + ms;
    await settle();
    for (let next = this.#next(target); next !== undefined; next = this.#next(target)) {
      this.#fire(next);
      await settle();
    }
    this.#elapsedMs = target;
    await settle();
  }

  /** Turns the clock by `ms` without yielding to promises: for purely synchronous code. */
  advanceSync(ms: number): void {
    const target = this.#elapsedMs + ms;
    for (let next = this.#next(target); next !== undefined; next = this.#next(target)) {
      this.#fire(next);
    }
    this.#elapsedMs = target;
  }

  #fire(due: Due): void {
    this.#due.delete(due);
    this.#elapsedMs = Math.max(this.#elapsedMs, due.at);
    due.fire();
  }

  #next(until: number): Due | undefined {
    let best: Due | undefined;
    for (const due of this.#due) {
      if (due.at > until) continue;
      if (!best || due.at < best.at || (due.at === best.at && due.order < best.order)) best = due;
    }
    return best;
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn++) {
    await new Promise<void>((resolve) => void setImmediate(resolve));
  }
}
