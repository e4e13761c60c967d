import type { Clock } from '@tandem/engine';
import type { MoneyStep } from './money-step.ts';

/** How often something was done, and how long that took in all. */
export interface StepCount {
  count: number;
  ms: number;
}

/** Measures what a node waits for on a record's way: the disk, and the database. */
export class StepMeter {
  /** Writes that were brought to the disk. */
  readonly syncs: StepCount = { count: 0, ms: 0 };
  /** Batches that were settled. */
  readonly batches: StepCount = { count: 0, ms: 0 };
  readonly #clock: Clock;
  #writingMs = 0;
  #sentMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of a step. */
  note(step: MoneyStep): void {
    const nowMs = this.#clock.monotonicMs();
    if (step === 'writing') this.#writingMs = nowMs;
    else if (step === 'sent') this.#sentMs = nowMs;
    else if (step === 'synced') add(this.syncs, nowMs - this.#writingMs);
    else if (step === 'committed') add(this.batches, nowMs - this.#sentMs);
  }
}

function add(total: StepCount, ms: number): void {
  total.count++;
  total.ms += ms;
}
