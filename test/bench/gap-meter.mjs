import { spawnSync } from 'node:child_process';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/*
 * How long the main thread of this process takes no event: a timer of one millisecond sees each
 * pause that it is late by, and Node's own histogram of the loop's delay is asked beside it.
 *
 * A thread that waits for a core looks as if it stalled. Where the system lets us (Linux, chrt,
 * root), the main thread goes before every other thread of the machine, so that what is seen is
 * its own work and its garbage; elsewhere the machine must be quiet.
 */

const TICK_MS = 1;

/** Measures from its making on. */
export class GapMeter {
  #delay = monitorEventLoopDelay({ resolution: TICK_MS });
  #lastMs = performance.now();
  #longestMs = 0;

  constructor() {
    const first = ['-R', '-f', '-p', '1', String(process.pid)];
    this.isFirst = process.platform === 'linux' && spawnSync('chrt', first).status === 0;
    this.#delay.enable();
    this.#tick();
  }

  /** The longest pause since the last taking, by the timer and by Node's histogram, ms. */
  take() {
    const gapMs = Math.max(this.#longestMs, performance.now() - this.#lastMs);
    const delayMs = this.#delay.max / 1e6;
    this.#longestMs = 0;
    this.#delay.reset();
    return { gapMs, delayMs };
  }

  #tick() {
    const nowMs = performance.now();
    this.#longestMs = Math.max(this.#longestMs, nowMs - this.#lastMs - TICK_MS);
    this.#lastMs = nowMs;
    setTimeout(() => this.#tick(), TICK_MS).unref();
  }
}
