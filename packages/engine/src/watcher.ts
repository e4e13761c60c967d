import type { Message } from './message.ts';
import type { HandlerEntry } from './pipeline.ts';
import type { TrailStep } from './trail.ts';

/** How a dispatch ended. */
export interface Outcome {
  readonly kind: 'answered' | 'unanswered' | 'fault' | 'told' | 'gathered';
  readonly answer?: unknown;
  /** The handler that answered or failed. */
  readonly handler?: HandlerEntry | undefined;
  readonly faults?: readonly unknown[] | undefined;
  /** What the trail tells of this dispatch; made for watchers even if the call keeps no trail. */
  readonly step?: TrailStep | undefined;
  /** From the first handler to the outcome, ms. */
  readonly durationMs?: number | undefined;
}

/** Sees a finished message and its outcome; alters nothing. A throw of it is logged and ignored. */
export type Watcher = (message: Message, outcome: Outcome) => void;
