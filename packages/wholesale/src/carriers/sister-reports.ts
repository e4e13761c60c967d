import type { Clock } from '@tandem/engine';
import { addCounts, type QualityCounts } from './quality-window.ts';

/** A report that is older says nothing of now, ms. */
const FRESH_MS = 60_000;
/** Sisters whose reports are kept. */
const SISTERS_MAX = 200;

interface Report {
  readonly atMs: number;
  readonly counts: ReadonlyMap<string, QualityCounts>;
}

/** What the other nodes counted of each carrier: hints, for choosing among those that work. */
export class SisterReports {
  readonly #clock: Clock;
  readonly #reports = new Map<string, Report>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes in what a sister told. */
  hear(node: string, counts: ReadonlyMap<string, QualityCounts>): void {
    if (!this.#reports.has(node) && this.#reports.size >= SISTERS_MAX) return;
    this.#reports.set(node, { atMs: this.#clock.monotonicMs(), counts });
  }

  /** The sum over all sisters that told lately. */
  countsOf(trunk: string): QualityCounts {
    const nowMs = this.#clock.monotonicMs();
    let sum: QualityCounts = { seizures: 0, answered: 0, talkMs: 0 };
    for (const { atMs, counts } of this.#reports.values()) {
      const told = counts.get(trunk);
      if (told !== undefined && nowMs - atMs < FRESH_MS) sum = addCounts(sum, told);
    }
    return sum;
  }
}
