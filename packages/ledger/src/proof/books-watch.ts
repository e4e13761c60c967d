import type { Clock, Log } from '@tandem/engine';
import type { MoneyCaller } from '../books/money-caller.ts';
import { type Reconciliation, reconcile } from './reconcile.ts';

/** Looks take one part in so many of the time: a large database is looked at rarely. */
const SHARE = 300;
const PERIOD_MIN_MS = 60_000;
const PERIOD_MAX_MS = 6 * 3_600_000;

/** Proves the books now and then, so that a difference raises an alert before a customer does. */
export class BooksWatch {
  readonly #clock: Clock;
  readonly #log: Log;
  #nextMs = 0;
  #mismatches = 0;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** What did not agree at the last look: must be 0. */
  get mismatches(): number {
    return this.#mismatches;
  }

  /** Looks if it is time to. Throws the store's fault; then the next look is far off. */
  async look(caller: MoneyCaller): Promise<void> {
    const beganMs = this.#clock.monotonicMs();
    if (beganMs < this.#nextMs) return;
    // Until it has ended well, and if it does not: a database that is too slow is left alone.
    this.#nextMs = beganMs + PERIOD_MAX_MS;
    const proof = await reconcile(caller, 0);
    const tookMs = this.#clock.monotonicMs() - beganMs;
    this.#nextMs = beganMs + Math.min(PERIOD_MAX_MS, Math.max(PERIOD_MIN_MS, tookMs * SHARE));
    this.#take(proof);
  }

  #take({ differences, holdsWithoutCall, callsWithoutHold, poisonRecords }: Reconciliation): void {
    const before = this.#mismatches;
    this.#mismatches =
      differences.length + holdsWithoutCall.length + callsWithoutHold.length + poisonRecords;
    if (this.#mismatches === 0 || this.#mismatches === before) return;
    this.#log.error('the books do not agree: `tandem reconcile` prints where', {
      mismatches: this.#mismatches,
    });
  }
}
