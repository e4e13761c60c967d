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
    for (const key of [message.name, ALL]) {
      for (const watcher of this.#byName.get(key) ?? []) this.#show(watcher, message, outcome);
    }
  }

  #show(watcher: Watcher, message: Message, outcome: Outcome): void {
    const failed = (fault: unknown): void =>
      this.#log.error('a watcher failed', { message: message.name, fault: String(fault) });
    try {
      const result: unknown = watcher(message, outcome);
      if (result instanceof Promise) result.catch(failed);
    } catch (fault) {
      failed(fault);
    }
  }
}
