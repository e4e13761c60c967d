import type { Log } from './log.ts';
import type { Message } from './message.ts';
import type { Outcome, Watcher } from './watcher.ts';

/** Watches every message, whatever its name. */
const ALL = '*';

/** Who sees finished messages. Costs a dispatch one comparison while there is nobody. */
export class Watchers {
  readonly #byName = new Map<string, readonly Watcher[]>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Whether anybody watches anything. */
  get isEmpty(): boolean {
    return this.#byName.size === 0;
  }

  /** Whether anybody watches that message. */
  has(name: string): boolean {
    return this.#byName.has(name) || this.#byName.has(ALL);
  }

  /** Adds a watcher of one name, or of all with '*'. Returns the stop. */
  add(name: string, watcher: Watcher): () => void {
    // Wrapped, so that one function may watch twice and each stop ends its own.
    const own: Watcher = (message, outcome) => watcher(message, outcome);
    this.#byName.set(name, [...(this.#byName.get(name) ?? []), own]);
    return () => {
      const rest = (this.#byName.get(name) ?? []).filter((other) => other !== own);
      if (rest.length === 0) this.#byName.delete(name);
      else this.#byName.set(name, rest);
    };
  }

  /** Shows a finished message to those who watch it, the particular ones first. Never throws. */
  inform(message: Message, outcome: Outcome): void {
    this.#showAll(this.#byName.get(message.name), message, outcome);
    this.#showAll(this.#byName.get(ALL), message, outcome);
  }

  #showAll(watchers: readonly Watcher[] | undefined, message: Message, outcome: Outcome): void {
    if (watchers === undefined) return;
    for (const watcher of watchers) {
      try {
        const result: unknown = watcher(message, outcome);
        if (result instanceof Promise) {
          result.catch((fault: unknown) => this.#failed(message, fault));
        }
      } catch (fault) {
        this.#failed(message, fault);
      }
    }
  }

  #failed({ name: message }: Message, fault: unknown): void {
    this.#log.error('a watcher failed', { message, fault: String(fault) });
  }
}
