import type { Filter } from './filter.ts';
import type { MessageName } from './message-map.ts';
import type { Message } from './message.ts';
import type { Quarantine } from './quarantine.ts';

/** What a plugin's fault does to a question: refuse it (fail closed) or pass to the next handler. */
export type OnFault = 'refuse' | 'pass';

/** The loosely typed function behind a handler; types are kept at `scope.handle`. */
export type HandlerFunction = (message: Message<never>) => unknown;

/** One installed handler. */
export interface HandlerEntry {
  readonly message: MessageName;
  readonly priority: number;
  /** `plugin:priority`, or the handler's own name instead of the plugin's. */
  readonly label: string;
  readonly plugin: string;
  readonly filter: Filter | undefined;
  /** Where it stands among equals: order of installation, kept over reloads. */
  readonly order: number;
  readonly deadlineMs: number;
  readonly onFault: OnFault;
  readonly quarantine: Quarantine;
  readonly handler: HandlerFunction;
}

/** The handlers of one message: an immutable array, swapped whole on change. */
export interface Pipeline {
  readonly entries: readonly HandlerEntry[];
  readonly labels: readonly string[];
}

/** The pipeline of a message that nobody handles. */
export const emptyPipeline: Pipeline = { entries: [], labels: [] };

/**
 * Sorts entries: lowest priority first, equal ones in order of installation. Nobody writes to the
 * result; it is not frozen, because V8 walks a frozen array more slowly.
 */
export function makePipeline(entries: readonly HandlerEntry[]): Pipeline {
  const sorted = entries.toSorted((a, b) => a.priority - b.priority || a.order - b.order);
  return { entries: sorted, labels: Object.freeze(sorted.map((entry) => entry.label)) };
}

/** Index of the first handler whose priority is above `priority`. */
export function firstBehind(pipeline: Pipeline, priority: number): number {
  const index = pipeline.entries.findIndex((entry) => entry.priority > priority);
  return index < 0 ? pipeline.entries.length : index;
}
