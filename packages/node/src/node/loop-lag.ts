import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** How often the loop is probed. */
const RESOLUTION_MS = 20;
const NS_PER_MS = 1e6;

/** How late the event loop is: what calls wait when the node has too much to do. */
export class LoopLag {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  #lagMs = 0;

  constructor() {
    this.#histogram.enable();
  }

  /** 99th percentile of the last period, ms. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** Ends a period; called once a second. */
  turn(): void {
    const { count } = this.#histogram;
    const p99 = count === 0 ? 0 : this.#histogram.percentile(99) / NS_PER_MS;
    this.#lagMs = Math.max(0, Math.round((p99 - RESOLUTION_MS) * 10) / 10);
    this.#histogram.reset();
  }

  /** Ends the probing. */
  stop(): void {
    this.#histogram.disable();
  }
}
