/** Every sixteenth dispatch times its synchronous handlers too; a clock read costs 66 ns. */
const TIMED_ONE_IN = 16;

/**
 * Decides which dispatches time their synchronous handlers: one of 16, always the one after a
 * slow one of the same name, and all under trace. Promises are timed always.
 */
export class Sampling {
  readonly #slow = new Set<string>();
  #dispatches = 0;
  /** Every dispatch is timed. */
  isTracing = false;

  /** Whether the dispatch that begins now is timed. */
  isNextTimed(name: string): boolean {
    if (this.isTracing) return true;
    if (this.#slow.size > 0 && this.#slow.delete(name)) return true;
    return this.#dispatches++ % TIMED_ONE_IN === 0;
  }

  /** The next dispatch of that name is timed again. */
  slow(name: string): void {
    this.#slow.add(name);
  }
}
