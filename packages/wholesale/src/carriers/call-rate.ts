/**
 * Calls per second by the generic cell rate algorithm (ITU-T I.371), with a burst of a tenth of
 * a second's calls, one at least. Instants are monotonic ms.
 */
export class CallRate {
  /** When the next call would be due if all came in order. */
  #dueMs = -Infinity;

  /** Whether a call would be within the rate; nothing changes. 0 = no limit. */
  hasRoom(callsPerSecond: number, nowMs: number): boolean {
    if (callsPerSecond <= 0) return true;
    const burst = Math.max(1, Math.ceil(callsPerSecond / 10));
    const toleranceMs = ((burst - 1) * 1_000) / callsPerSecond;
    return this.#dueMs - nowMs <= toleranceMs + ROUNDING_MS;
  }

  /** Counts a call. */
  count(callsPerSecond: number, nowMs: number): void {
    if (callsPerSecond > 0) this.#dueMs = Math.max(this.#dueMs, nowMs) + 1_000 / callsPerSecond;
  }
}

/** Sums of parts of a millisecond are not exact: what is early by less than this is in time. */
const ROUNDING_MS = 0.001;
