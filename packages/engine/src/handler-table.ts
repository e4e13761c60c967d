import { emptyPipeline, type HandlerEntry, makePipeline, type Pipeline } from './pipeline.ts';

/** The pipelines of all messages; each is immutable and swapped whole. */
export class HandlerTable {
  readonly #pipelines = new Map<string, Pipeline>();

  /** The pipeline of that message; an empty one if nobody handles it. */
  of(name: string): Pipeline {
    return this.#pipelines.get(name) ?? emptyPipeline;
  }

  /** Whether anybody handles that message. */
  has(name: string): boolean {
    return this.#pipelines.has(name);
  }

  /** Names of messages that somebody handles, in alphabetical order. */
  get names(): readonly string[] {
    return [...this.#pipelines.keys()].toSorted();
  }

  /** Swaps entries in one step: dispatches in flight finish on the arrays they began with. */
  replace(removed: readonly HandlerEntry[], added: readonly HandlerEntry[]): void {
    const names = new Set([...removed, ...added].map((entry) => entry.message));
    const gone = new Set(removed);
    for (const name of names) {
      const kept = this.of(name).entries.filter((entry) => !gone.has(entry));
      const entries = [...kept, ...added.filter((entry) => entry.message === name)];
      if (entries.length === 0) this.#pipelines.delete(name);
      else this.#pipelines.set(name, makePipeline(entries));
    }
  }
}
