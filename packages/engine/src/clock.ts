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

/** The longest span that Node's timers take; a longer one would fire at once. */
const TIMEOUT_MAX_MS = 2 ** 31 - 1;

/** The machine's clock. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  startTimer(delayMs, fire) {
    if (delayMs >= TIMEOUT_MAX_MS) {
      const restMs = delayMs - TIMEOUT_MAX_MS;
      let stop = systemClock.startTimer(TIMEOUT_MAX_MS - 1, () => {
        stop = systemClock.startTimer(restMs, fire);
      });
      return () => stop();
    }
    // Node's timers count whole, cut off milliseconds: one more keeps them from being early.
    const timer = setTimeout(fire, Math.ceil(Math.max(0, delayMs)) + 1);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
