import type { FailedEvent } from '@tandem/messages';
import { refuse } from '@tandem/messages';
import { failedBy, passedReasons } from './reasons.ts';

/** Preferred among failures, in this order: they tell the caller something about the called party. */
const PREFERRED = [486, 484, 404, 488, 415, 420];
const LAST_OF_4XX = [480, 408];

/*
 * Ranks, lowest first. What is never shown raw counts as the 5xx that it becomes.
 *   6xx │ 486 484 404 488 415 420 │ other 4xx │ 480 │ 408 │ 5xx
 */
const RANK_4XX = 1 + PREFERRED.length;
const RANK_480 = RANK_4XX + 1;
const RANK_5XX = RANK_480 + LAST_OF_4XX.length;

/**
 * Of all failures of a call, the one that the caller is told (RFC 3261 §16.7 step 6, with the
 * trade's preferences); among equals the later one. Undefined: there was none.
 */
export function bestAnswer(failures: readonly FailedEvent[]): FailedEvent | undefined {
  let best: FailedEvent | undefined;
  for (const failure of failures) {
    if (best === undefined || rank(failure) <= rank(best)) best = failure;
  }
  return best;
}

/**
 * A branch's failure as the caller may see it. A challenge, a redirection, a carrier's loop or
 * overload are never passed raw: they concern us, not the caller. 503 loses its Retry-After, or
 * the caller would stop sending us anything (RFC 3261 §21.5.4). Reasons and Q.850 stay.
 */
export function toCaller(failure: FailedEvent): FailedEvent {
  const { contacts, retryAfterSeconds, ...rest } = failure;
  void contacts;
  const own = isNeverRaw(failure) ? failedBy(refuse('unavailable')) : undefined;
  const status = own?.status ?? failure.status;
  const q850 = failure.q850 ?? own?.q850;
  return {
    ...rest,
    status,
    phrase: own?.phrase ?? failure.phrase,
    reason: own === undefined || failure.reason === 'carrierauth' ? failure.reason : own.reason,
    q850,
    reasonHeaders: passedReasons(failure.reasonHeaders, q850),
    ...(status === 503 || retryAfterSeconds === undefined ? undefined : { retryAfterSeconds }),
  };
}

function rank(failure: FailedEvent): number {
  const { status } = failure;
  if (status >= 600) return 0;
  if (status >= 500 || isNeverRaw(failure)) return RANK_5XX;
  const preferred = PREFERRED.indexOf(status);
  if (preferred >= 0) return 1 + preferred;
  const last = LAST_OF_4XX.indexOf(status);
  return last >= 0 ? RANK_480 + last : RANK_4XX;
}

function isNeverRaw({ status, where }: FailedEvent): boolean {
  if (status < 400 || status > 699) return true;
  if (status === 401 || status === 407) return true;
  return where === 'carrier' && (status === 482 || status === 503);
}
