import type { Log } from './log.ts';
import type { Message } from './message.ts';
import type { Outcome, Watcher } from './watcher.ts';

/** Watches every message, whatever its name. */
const ALL = '*';

const NOBODY: readonly Watcher[] = [];

/** Who sees finished messages. Costs a dispatch one comparison while there is nobody. */
export class Watchers {
  readonly #byName = new Map<string, readonly Watcher[]>();
  readonly #log: Log;
  /** Those of `#byName` that watch every message. */
  #ofAll: readonly Watcher[] = NOBODY;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Whether anybody watches anything. */
  get isEmpty(): boolean {
    return this.#byName.size === 0;
  }

  /** Whether anybody watches that message. */
  has(name: string): boolean {
    return this.#ofAll.length > 0 || this.#byName.has(name);
  }

  /** Adds a watcher of one name, or of all with '*'. Returns the stop. */
  add(name: string, watcher: Watcher): () => void {
    // Wrapped, so that one function may watch twice and each stop ends its own.
    const own: Watcher = (message, outcome) => watcher(message, outcome);
    this.#set(name, [...(this.#byName.get(name) ?? []), own]);
    return () => {
      const those = this.#byName.get(name) ?? [];
      this.#set(
        name,
        those.filter((other) => other !== own),
      );
    };
  }

  /** Shows a finished message to those who watch it, the particular ones first. Never throws. */
  inform(message: Message, outcome: Outcome): void {
    this.#showAll(this.#byName.get(message.name), message, outcome);
    this.#showAll(this.#ofAll, message, outcome);
  }

  #set(name: string, watchers: readonly Watcher[]): void {
    if (watchers.length === 0) this.#byName.delete(name);
    else this.#byName.set(name, watchers);
    if (name === ALL) this.#ofAll = watchers;
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
