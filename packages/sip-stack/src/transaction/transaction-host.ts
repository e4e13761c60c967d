import type { TimerWheel } from '@tandem/engine';

import type { TimerValues } from './timer-values.ts';

/** What every transaction machine shares: its timers, and the table that forgets it. */
export interface TransactionHost {
  readonly wheel: TimerWheel;
  readonly timers: TimerValues;
  /** A server transaction has its final answer, or ended without one. */
  countAnswered(): void;
  /** A message was sent again: by a timer, or because the peer repeated itself. */
  countRepeatSent(): void;
}
