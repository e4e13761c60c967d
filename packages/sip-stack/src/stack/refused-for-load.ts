import type { Clock } from '@tandem/engine';

/** Requests remembered in one span; beyond it the oldest span's are all there is. */
const REQUESTS_MAX = 50_000;

/**
 * New requests that were refused because there was too much to do, by the key of the transaction
 * that they did not get. A repeat of one is the same request (RFC 3261 §8.2.7): its sender has a
 * final answer, may have gone elsewhere, and nobody would hear of a call made from the repeat.
 * Remembered for one to two spans, by two sets that take turns: no timer, a few bytes each.
 */
export class RefusedForLoad {
  readonly #clock: Clock;
  readonly #spanMs: number;
  #young = new Set<string>();
  #old = new Set<string>();
  #turnedMs: number;

  /** @param spanMs how long a request may be repeated */
  constructor(clock: Clock, spanMs: number) {
    this.#clock = clock;
    this.#spanMs = spanMs;
    this.#turnedMs = clock.monotonicMs();
  }

  /** Remembers a refusal. */
  add(key: string): void {
    this.#turn();
    if (this.#young.size < REQUESTS_MAX) this.#young.add(key);
  }

  /** Whether that request was refused. Costs nothing while none was. */
  has(key: string): boolean {
    if (this.#young.size === 0 && this.#old.size === 0) return false;
    this.#turn();
    return this.#young.has(key) || this.#old.has(key);
  }

  #turn(): void {
    const passedMs = this.#clock.monotonicMs() - this.#turnedMs;
    if (passedMs < this.#spanMs) return;
    this.#old = passedMs < 2 * this.#spanMs ? this.#young : new Set();
    this.#young = new Set();
    this.#turnedMs += passedMs;
  }
}
