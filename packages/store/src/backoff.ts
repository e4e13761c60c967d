const FIRST_DELAY_MS = 100;
const DELAY_MAX_MS = 5_000;

/** The pause before attempt number `failures + 1`: 100 ms, doubled with each, 5 s at most. */
export function backoffMs(failures: number): number {
  return Math.min(DELAY_MAX_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 10));
}
