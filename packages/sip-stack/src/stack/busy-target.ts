import type { SipResponse } from '../wire/sip-response.ts';
import { parseRetryAfter } from '../wire/delta-seconds.ts';
import type { RequestPath } from './outgoing-options.ts';

/** Whether this answer says "ask the next server" and the sender has chosen to (RFC 3263 §4.3). */
export function mayTryAfterBusy(response: SipResponse, path: RequestPath | undefined): boolean {
  return response.status === 503 && path?.isNextTriedOn503 === true;
}

/** How long the server asks to be left alone, ms; undefined where it does not say. */
export function busyForMs(response: SipResponse): number | undefined {
  const retryAfter = response.get('Retry-After');
  const seconds = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter);
  return seconds === undefined ? undefined : seconds * 1_000;
}
