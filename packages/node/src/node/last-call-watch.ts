import type { TimerWheel } from '@tandem/engine';

/** How often it is looked whether the last call has ended, ms. */
const LOOK_MS = 250;

/** What the end of a drain depends on. */
export interface LastCallOptions {
  readonly wheel: TimerWheel;
  /** Calls that are left. */
  readonly calls: () => number;
  /** It lasts at least so long, ms: load balancers must hear the refusal before nobody answers. */
  readonly noticeMs: number;
  readonly onLast: () => void;
}

/** Calls `onLast` once, when the last call has ended; never at once, for somebody awaits an answer. */
export function watchForLastCall({ wheel, calls, noticeMs, onLast }: LastCallOptions): void {
  const look = (): void => {
    if (calls() > 0) wheel.after(LOOK_MS, look);
    else onLast();
  };
  wheel.after(Math.max(LOOK_MS, noticeMs), look);
}
