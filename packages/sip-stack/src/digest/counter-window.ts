const WINDOW_BITS = 32;

/**
 * Which counters of one nonce were used. Requests of one phone overtake each other over UDP, so
 * a lower counter passes once, as long as it is less than 32 behind the highest.
 */
export class CounterWindow {
  #highest = 0;
  /** Bit n: the counter n below the highest was used. */
  #used = 0;

  /** Marks a counter as used; false where it was used before or is too far behind. */
  use(counter: number): boolean {
    if (counter < 1) return false;
    const ahead = counter - this.#highest;
    if (ahead > 0) {
      this.#used = ahead >= WINDOW_BITS ? 1 : ((this.#used << ahead) | 1) >>> 0;
      this.#highest = counter;
      return true;
    }
    if (-ahead >= WINDOW_BITS) return false;
    const bit = (1 << -ahead) >>> 0;
    if ((this.#used & bit) !== 0) return false;
    this.#used = (this.#used | bit) >>> 0;
    return true;
  }
}
