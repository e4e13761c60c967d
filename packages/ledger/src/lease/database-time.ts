import type { Clock } from '@tandem/engine';

/** An answer that took longer says too little about the time, ms. */
const ROUND_TRIP_MAX_MS = 250;

/**
 * The database's clock as this node knows it: its last word plus the monotonic time since. All
 * instants of money are made from it, so nodes agree, and a clock that is set changes no duration
 * (money rule R21). Before the first word it is the machine's own.
 */
export class DatabaseTime {
  readonly #clock: Clock;
  #offsetMs: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#offsetMs = clock.now() - clock.monotonicMs();
  }

  /** Epoch ms by the database's clock. */
  now(): number {
    return this.#offsetMs + this.#clock.monotonicMs();
  }

  /** The database said that it was `seenAt`, in answer to what was sent then (monotonic ms). */
  learn(seenAt: number, sentMs: number): void {
    const receivedMs = this.#clock.monotonicMs();
    if (receivedMs - sentMs > ROUND_TRIP_MAX_MS) return;
    this.#offsetMs = seenAt - (sentMs + receivedMs) / 2;
  }
}
