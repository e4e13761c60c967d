import type {
  AnsweredEvent,
  Body,
  FailedEvent,
  GoneEvent,
  HangupEvent,
  ModifiedEvent,
  ModifyEvent,
  ProgressEvent,
} from '@tandem/messages';

/** A session description; two of different names differ. */
export function sdp(name: string): Body {
  return { type: 'application/sdp', content: `v=0\r\no=${name}\r\n` };
}

/** A provisional answer: 180 unless said otherwise. */
export function progress(dialog: string | null, part: Partial<ProgressEvent> = {}): ProgressEvent {
  return { type: 'progress', dialog, status: 180, phrase: 'Ringing', ...part };
}

/** A 2xx with an answer. */
export function answered(dialog: string, part: Partial<AnsweredEvent> = {}): AnsweredEvent {
  const body = sdp(dialog);
  return { type: 'answered', dialog, body, answeredAgoMs: 0, isLate: false, ...part };
}

/** A final answer of a carrier. */
export function failed(status: number, part: Partial<FailedEvent> = {}): FailedEvent {
  const reason = `sip${status}`;
  const rest = { phrase: 'Failed', reasonHeaders: [], where: 'carrier' as const };
  return { type: 'failed', status, reason, ...rest, ...part };
}

/** A hang-up: a CANCEL before the answer, a BYE after it. */
export function hangup(by: HangupEvent['by'], part: Partial<HangupEvent> = {}): HangupEvent {
  return { type: 'hangup', by, reason: '', q850: 16, reasonHeaders: [], ...part };
}

/** A leg's last word. */
export function gone(part: Partial<GoneEvent> = {}): GoneEvent {
  return { type: 'gone', ...part };
}

/** A change of the session, with an offer. */
export function modify(modifyId: string, part: Partial<ModifyEvent> = {}): ModifyEvent {
  return { type: 'modify', modifyId, method: 'INVITE', body: sdp(modifyId), ...part };
}

/** The answer to a change: 200 unless said otherwise. */
export function modified(modifyId: string, part: Partial<ModifiedEvent> = {}): ModifiedEvent {
  return { type: 'modified', modifyId, status: 200, phrase: 'OK', ...part };
}
