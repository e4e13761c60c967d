import type { Reading } from './poller.ts';

/** How far what is shown can be believed. */
export type Freshness = 'loading' | 'failed' | 'fresh' | 'stale';

/** Answers that stay out for this many periods make what is shown stale. */
const PERIODS_TO_STALE = 3;
/** Never stale sooner than this, ms: one slow answer is no alarm. */
const STALE_AFTER_MIN_MS = 5_000;

/**
 * Judges a reading. A failed try does not make the last answer stale at once; its age does. A
 * refusal (403, 404) is an answer: what was shown before does not hold any more.
 */
export function freshnessOf(
  { value, receivedAtMs, problem }: Reading<unknown>,
  nowMs: number,
  periodMs: number,
): Freshness {
  const isRefusal = problem !== undefined && problem.status >= 400 && problem.status < 500;
  if (isRefusal) return 'failed';
  if (value === undefined || receivedAtMs === undefined) {
    return problem === undefined ? 'loading' : 'failed';
  }
  const staleAfterMs = Math.max(STALE_AFTER_MIN_MS, PERIODS_TO_STALE * periodMs);
  return nowMs - receivedAtMs > staleAfterMs ? 'stale' : 'fresh';
}
