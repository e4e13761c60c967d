/** The base values that every timer of RFC 3261 §17 is computed from, in ms. */
export interface TimerValues {
  /** T1, estimate of the round trip: 500. */
  readonly t1Ms: number;
  /** T2, longest interval between repeats of requests other than INVITE and of answers: 4,000. */
  readonly t2Ms: number;
  /** T4, how long a message may stay in the network: 5,000. */
  readonly t4Ms: number;
}

/** The values of RFC 3261 table 4. */
export const defaultTimerValues: TimerValues = { t1Ms: 500, t2Ms: 4_000, t4Ms: 5_000 };

/** 64·T1: how long a request is repeated (B, F), an answer awaits its ACK (H, L), a fork is heard (M). */
export function transactionTimeoutMs(timers: TimerValues): number {
  return 64 * timers.t1Ms;
}
