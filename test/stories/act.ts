import type { Stage } from './stage.ts';

/** One scenario that takes more than a call: registrations, several kinds of callers. */
export interface Act {
  /** Its number among the forty. */
  readonly number: number;
  readonly name: string;
  /** Those of one lane are played one behind the other. */
  readonly lane?: string;
  /** Plays it; throws with what went wrong. */
  readonly perform: (stage: Stage) => Promise<void>;
}
