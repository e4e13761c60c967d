/** First wait after a failure, ms; doubled with each further one. */
const FIRST_MS = 5_000;
/** Who is told that a password is wrong must not be asked often: some carriers ban for it, ms. */
const FIRST_AFTER_REFUSAL_MS = 60_000;
/** The longest wait of our own choice, ms. */
const LONGEST_MS = 1_800_000;
/** The longest wait that a registrar may ask for, ms. */
const ASKED_MAX_MS = 3_600_000;
/** Doublings that are counted: beyond it the longest wait is reached anyway. */
const DOUBLINGS_MAX = 16;

/** A failed registration. */
export interface FailedTry {
  readonly status: number;
  readonly retryAfterSeconds?: number | undefined;
}

/**
 * How long to wait before a registration is tried again, ms: as RFC 5626 §4.5 has it, doubled with
 * each failure and cut at half an hour, and half of it left to chance, so that many trunks of one
 * carrier do not come back at once. Retry-After is heeded up to an hour. `failures` counts from 1.
 */
export function retryDelayMs(failed: FailedTry, failures: number, draw: () => number): number {
  const { status, retryAfterSeconds } = failed;
  const isRefusal = status === 401 || status === 403 || status === 404 || status === 407;
  const first = isRefusal ? FIRST_AFTER_REFUSAL_MS : FIRST_MS;
  const doubled = first * 2 ** Math.min(failures - 1, DOUBLINGS_MAX);
  const longest = Math.min(doubled, LONGEST_MS);
  const own = longest / 2 + (longest / 2) * draw();
  const asked = Math.min((retryAfterSeconds ?? 0) * 1_000, ASKED_MAX_MS);
  return Math.round(Math.max(own, asked));
}

/** A registration is renewed so long before its end at the latest, ms. */
const MARGIN_MS = 300_000;

/** When a registration of that life is renewed: half-way, long ones five minutes before the end. */
export function renewalDelayMs(expiresSeconds: number): number {
  const lifeMs = expiresSeconds * 1_000;
  return Math.max(lifeMs / 2, lifeMs - MARGIN_MS);
}
