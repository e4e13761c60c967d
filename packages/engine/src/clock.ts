/** Takes back a timer that a clock gave; harmless once it has fired. */
export type StopTimer = () => void;

/**
 * The only source of time in Tandem: code that asks it can be tested by turning it.
 * Wall time names instants (epoch ms); the monotonic reading measures spans and never steps.
 */
export interface Clock {
  /** Wall time, epoch ms. */
  now(): number;
  /** Monotonic ms since an arbitrary origin; the only reading that durations may be made of. */
  monotonicMs(): number;
  /** Calls `fire` once, not before `delayMs` has passed. */
  startTimer(delayMs: number, fire: () => void): StopTimer;
}

/** The machine's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  startTimer(delayMs, fire) {
    const timer = setTimeout(fire, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
