import {
  describeRefusal,
  type FailedEvent,
  type HangupBy,
  type HangupEvent,
  type Refusal,
} from '@tandem/messages';

/** What the switch hears of an outgoing leg that no other node carries on. */
export function failedBy(refusal: Refusal): FailedEvent {
  const { status, phrase, q850 } = describeRefusal(refusal);
  const { retryAfterSeconds } = refusal;
  return {
    type: 'failed',
    status,
    phrase,
    reason: refusal.refused,
    q850,
    reasonHeaders: [`Q.850;cause=${q850}`],
    ...(retryAfterSeconds === undefined ? undefined : { retryAfterSeconds }),
    where: 'node',
  };
}

/**
 * The end of a leg whose other node is lost: Q.850 41, temporary failure. It was when that node was
 * last heard, `agoMs` ago: nobody pays for our waiting (money rule R9).
 */
export function lostHangup(by: HangupBy, agoMs = 0): HangupEvent {
  return {
    type: 'hangup',
    by,
    ...(agoMs > 0 ? { agoMs } : undefined),
    reason: 'unreachable',
    q850: 41,
    reasonHeaders: ['Q.850;cause=41;text="Temporary failure"'],
  };
}
