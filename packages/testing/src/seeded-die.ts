/** A die whose throws are the same for the same seed on every machine (mulberry32). */
export class SeededDie {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** The next throw, from 0 up to but not including 1. */
  throw(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
