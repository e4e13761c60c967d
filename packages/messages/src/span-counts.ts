import type { Reading } from './vocabulary/node-status.ts';

/**
 * How long things of one kind took: a histogram that costs an addition for each, and is read when
 * somebody asks for the page of metrics.
 */
export class SpanCounts {
  readonly #bounds: readonly number[];
  /** By bound; the last one counts what was longer than all. */
  readonly #counts: number[];
  #sumSeconds = 0;

  /** `bounds`: seconds, rising. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  /** One took so many seconds. */
  observe(seconds: number): void {
    const bounds = this.#bounds;
    let index = 0;
    while (index < bounds.length && seconds > bounds[index]!) index++;
    this.#counts[index]!++;
    this.#sumSeconds += seconds;
  }

  /** What was counted since the start. */
  reading(about: Pick<Reading, 'name' | 'help' | 'labels'>): Reading {
    let count = 0;
    const buckets = this.#counts.map((own, index) => {
      count += own;
      return { le: this.#bounds[index] ?? Infinity, count };
    });
    return { ...about, kind: 'histogram', value: this.#sumSeconds, buckets };
  }
}
