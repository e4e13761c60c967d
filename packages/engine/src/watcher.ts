import type { Message } from './message.ts';
import type { HandlerEntry } from './pipeline.ts';

/** How a dispatch ended. */
export interface Outcome {
  readonly kind: 'answered' | 'unanswered' | 'fault' | 'told' | 'gathered';
  readonly answer?: unknown;
  /** The handler that answered or failed. */
  readonly handler?: HandlerEntry;
  readonly faults?: readonly unknown[];
}

/** Sees a finished message and its outcome; alters nothing. A throw of it is logged and ignored. */
export type Watcher = (message: Message, outcome: Outcome) => void;
