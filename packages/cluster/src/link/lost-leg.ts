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

/** The end of a leg whose other node is lost: Q.850 41, temporary failure. */
export function lostHangup(by: HangupBy): HangupEvent {
  return {
    type: 'hangup',
    by,
    reason: 'unreachable',
    q850: 41,
    reasonHeaders: ['Q.850;cause=41;text="Temporary failure"'],
  };
}
