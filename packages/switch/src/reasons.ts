import type { FailedEvent, HangupEvent, Refusal } from '@tandem/messages';
import { describeRefusal } from '@tandem/messages';

/** Reason headers that cross from one leg to the other (RFC 3326, RFC 4411, RFC 8588). */
const PASSED = /^\s*(?:SIP|Q\.850|Preemption|STIR)\s*(?:;|$)/i;
const REASONS_MAX = 4;
const REASON_CHARACTERS_MAX = 256;

/** Reason values that may cross, at most four of them; with none, the cause says what it can. */
export function passedReasons(
  reasonHeaders: readonly string[],
  q850: number | undefined,
): readonly string[] {
  const passed = reasonHeaders
    .filter((value) => value.length <= REASON_CHARACTERS_MAX && PASSED.test(value))
    .slice(0, REASONS_MAX);
  return passed.length > 0 || q850 === undefined ? passed : [cause(q850)];
}

/** A refusal of ours as the failure that a leg is told. */
export function failedBy(refusal: Refusal, where: FailedEvent['where'] = 'route'): FailedEvent {
  const { status, phrase, q850 } = describeRefusal(refusal);
  return {
    type: 'failed',
    status,
    phrase,
    reason: refusal.refused,
    q850,
    reasonHeaders: [cause(q850)],
    retryAfterSeconds: refusal.retryAfterSeconds,
    where,
  };
}

/** What a branch hears that is given up because another one answered (RFC 3326 §2). */
export const answeredElsewhere: HangupEvent = Object.freeze({
  type: 'hangup',
  by: 'engine',
  reason: 'answeredElsewhere',
  q850: 26,
  sipCause: 200,
  reasonHeaders: ['SIP;cause=200;text="Call completed elsewhere"'],
});

/** A hang-up of our own: with the cause, and the SIP status behind it if there is one. */
export function hangupBy(
  by: HangupEvent['by'],
  reason: string,
  q850: number,
  sipCause?: number,
  agoMs?: number,
): HangupEvent {
  const reasonHeaders = [cause(q850)];
  if (sipCause !== undefined) reasonHeaders.push(`SIP;cause=${sipCause}`);
  return { type: 'hangup', by, reason, q850, sipCause, reasonHeaders, agoMs };
}

/** A leg's hang-up as the other leg hears it. */
export function passedHangup(event: HangupEvent, by: HangupEvent['by']): HangupEvent {
  const reasonHeaders = passedReasons(event.reasonHeaders, event.q850);
  return { ...event, by, reasonHeaders };
}

function cause(q850: number): string {
  return `Q.850;cause=${q850}`;
}
