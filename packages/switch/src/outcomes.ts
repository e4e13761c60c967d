import type { Leg } from '@tandem/messages';

/** Over how long outcomes are counted: samples of a second each. */
const SAMPLES = 60;
/** The driver of legs between nodes. */
const SISTER_DRIVER = 'nats';

interface Sample {
  readonly seizures: number;
  readonly answers: number;
}

/**
 * How many calls were answered of those that were decided in the last minute: the answer-seizure
 * ratio as an operator watches it. A call counts when it is answered, or when it ends without; one
 * that a sister handed over is hers, and counts there.
 */
export class Outcomes {
  /** Decided calls, and answered ones among them, since the start. */
  seizures = 0;
  answers = 0;
  /** The oldest first. */
  readonly #samples: Sample[] = [{ seizures: 0, answers: 0 }];

  /** A call was answered. */
  answered({ driver }: Pick<Leg, 'driver'>): void {
    if (driver === SISTER_DRIVER) return;
    this.seizures++;
    this.answers++;
  }

  /** A call ended without an answer. */
  unanswered({ driver }: Pick<Leg, 'driver'>): void {
    if (driver !== SISTER_DRIVER) this.seizures++;
  }

  /** A second is over. */
  sample(): void {
    this.#samples.push({ seizures: this.seizures, answers: this.answers });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  /** Decided and answered calls of the last minute. */
  get lastMinute(): { readonly seizures: number; readonly answers: number } {
    const before = this.#samples[0]!;
    const { seizures, answers } = this;
    return { seizures: seizures - before.seizures, answers: answers - before.answers };
  }
}
