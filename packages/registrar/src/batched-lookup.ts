import { TandemError } from '@tandem/engine';

/** Names asked for in one statement; beyond it a second one is sent. */
const BATCH_MAX = 500;
/** Questions that may wait. */
const WAITING_MAX = 10_000;

interface Waiting<T> {
  readonly resolve: (found: T) => void;
  readonly reject: (fault: unknown) => void;
}

/**
 * Asks the database for several names in one statement: what is asked within one turn of the
 * event loop goes out together, and one name asked twice is asked once.
 */
export class BatchedLookup<T> {
  readonly #read: (names: readonly string[]) => Promise<ReadonlyMap<string, T>>;
  readonly #nothing: T;
  #waiting = new Map<string, Waiting<T>[]>();
  #count = 0;
  #isScheduled = false;

  /** `nothing` is the result for names that `read` does not give. */
  constructor(read: (names: readonly string[]) => Promise<ReadonlyMap<string, T>>, nothing: T) {
    this.#read = read;
    this.#nothing = nothing;
  }

  /** Looks one name up. Rejects with the database's fault, or REGISTRAR_BUSY. */
  find(name: string): Promise<T> {
    if (this.#count >= WAITING_MAX) {
      return Promise.reject(new TandemError('REGISTRAR_BUSY', { waiting: this.#count }));
    }
    return new Promise((resolve, reject) => {
      this.#count++;
      const waiting = this.#waiting.get(name);
      if (waiting) waiting.push({ resolve, reject });
      else this.#waiting.set(name, [{ resolve, reject }]);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      const entries = [...this.#waiting];
      this.#waiting = new Map();
      for (let start = 0; start < entries.length; start += BATCH_MAX) {
        void this.#ask(entries.slice(start, start + BATCH_MAX));
      }
    });
  }

  async #ask(entries: readonly (readonly [string, readonly Waiting<T>[]])[]): Promise<void> {
    try {
      const found = await this.#read(entries.map(([name]) => name));
      for (const [name, waiting] of entries) {
        for (const { resolve } of waiting) resolve(found.get(name) ?? this.#nothing);
      }
    } catch (fault) {
      for (const [, waiting] of entries) for (const { reject } of waiting) reject(fault);
    } finally {
      for (const [, waiting] of entries) this.#count -= waiting.length;
    }
  }
}
