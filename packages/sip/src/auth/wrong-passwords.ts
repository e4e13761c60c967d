import type { Clock } from '@tandem/engine';

/** Addresses watched at once; beyond it the one seen longest ago is forgotten. */
const ADDRESSES_MAX = 10_000;
/** Over how long wrong passwords of one address are counted, ms. */
const WINDOW_MS = 600_000;

interface Guesses {
  readonly sinceMs: number;
  readonly count: number;
}

/**
 * Counts wrong passwords by address, those for users that do not exist among them: whoever
 * guesses is to be banned long before he is right, and a phone with an old password is not.
 */
export class WrongPasswords {
  readonly #clock: Clock;
  readonly #guesses = new Map<string, Guesses>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Addresses that are watched. */
  get size(): number {
    return this.#guesses.size;
  }

  /** Counts one; how many there were of that address within ten minutes. */
  count(address: string): number {
    const nowMs = this.#clock.monotonicMs();
    const before = this.#guesses.get(address);
    const isFresh = before === undefined || nowMs - before.sinceMs > WINDOW_MS;
    const next = isFresh
      ? { sinceMs: nowMs, count: 1 }
      : { sinceMs: before.sinceMs, count: before.count + 1 };
    // Put behind all others, so that the first one is the one seen longest ago.
    this.#guesses.delete(address);
    this.#guesses.set(address, next);
    if (this.#guesses.size > ADDRESSES_MAX) {
      const [oldest] = this.#guesses.keys();
      if (oldest !== undefined) this.#guesses.delete(oldest);
    }
    return next.count;
  }

  /** The address is banned: it begins anew afterwards. */
  forget(address: string): void {
    this.#guesses.delete(address);
  }
}
