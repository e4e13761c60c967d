import type { Log } from '@tandem/engine';
import { type ReleaseRequest, releaseCalls } from '../books/admit-calls.ts';
import type { MoneyCaller } from '../books/money-caller.ts';

/** Releases that may wait; beyond it the comparison of holds with calls finds them. */
const WAITING_MAX = 100_000;
/** Releases in one round trip. */
const BATCH_MAX = 500;

/**
 * Calls whose admission has no known outcome, or has come too late (money rule R4): each is
 * released under its own id, again and again until the database has answered.
 */
export class Tombstones {
  readonly #waiting = new Map<string, ReleaseRequest>();
  readonly #caller: MoneyCaller;
  readonly #boot: () => string;
  readonly #log: Log;
  #isBusy = false;

  constructor(caller: MoneyCaller, boot: () => string, log: Log) {
    this.#caller = caller;
    this.#boot = boot;
    this.#log = log;
  }

  /** Releases that no answer has come to. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Nothing may be held under that id any more; tried at once. */
  add(request: ReleaseRequest): void {
    if (this.#waiting.size < WAITING_MAX) this.#waiting.set(request.charge, request);
    else this.#log.error('too many releases wait', { charge: request.charge });
    void this.retry();
  }

  /** Tries what waits; what fails waits for the next time. Never throws. */
  async retry(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    try {
      while (this.#waiting.size > 0) {
        const batch = [...this.#waiting.values()].slice(0, BATCH_MAX);
        await releaseCalls(this.#caller, this.#boot(), batch);
        for (const { charge } of batch) this.#waiting.delete(charge);
      }
    } catch (fault) {
      this.#log.warn('holds are not released yet', {
        waiting: this.#waiting.size,
        fault: String(fault),
      });
    } finally {
      this.#isBusy = false;
    }
  }
}
