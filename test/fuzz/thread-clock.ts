import { closeSync, openSync, readSync } from 'node:fs';

/**
 * Processor time of the event loop's own thread (proc(5), `schedstat`: nanoseconds run, as of the
 * scheduler's last tick, so up to 4 ms late). Threads that collect garbage beside it and other
 * programs on a busy machine hold no call up; both would count in the process' time or on the
 * wall's clock.
 * @throws when the system has no `/proc/thread-self/schedstat` (not Linux).
 */
export class ThreadClock {
  readonly #file = openSync('/proc/thread-self/schedstat', 'r');
  readonly #text = Buffer.alloc(64);

  /** Milliseconds this thread has run since it began. */
  nowMs(): number {
    const length = readSync(this.#file, this.#text, 0, this.#text.length, 0);
    return Number.parseInt(this.#text.toString('latin1', 0, length), 10) / 1e6;
  }

  [Symbol.dispose](): void {
    closeSync(this.#file);
  }
}
