import type { FailedEvent, HangupBy, HangupEvent } from '@tandem/messages';
import {
  formatReason,
  type HeaderLine,
  keep,
  parseReasons,
  q850Cause,
  type SipRequest,
  type SipResponse,
} from '@tandem/sip-stack';

const REASONS_MAX = 4;

/** What a message says of why a call ends: its Reason values and the Q.850 cause among them. */
export interface StatedReason {
  readonly reasonHeaders: readonly string[];
  readonly q850?: number;
  readonly sipCause?: number;
}

/** Reads the Reason headers of a BYE, CANCEL or refusal (RFC 3326); at most four are kept. */
export function readReason(message: SipRequest | SipResponse): StatedReason {
  const values = message.list('Reason').slice(0, REASONS_MAX).map(keep);
  const reasons = parseReasons(values);
  const q850 = q850Cause(reasons);
  const sipCause = reasons.find(({ protocol }) => protocol === 'SIP')?.cause;
  return {
    reasonHeaders: values,
    ...(q850 !== undefined && { q850 }),
    ...(sipCause !== undefined && { sipCause }),
  };
}

/** The peer's own hang-up, as the switch hears it. */
export function hangupOf(
  message: SipRequest,
  by: HangupBy,
  reason: string,
  q850Default: number,
): HangupEvent {
  return { type: 'hangup', by, reason, q850: q850Default, ...readReason(message) };
}

/** The Reason lines of a BYE, CANCEL or refusal: those that came, else made from the causes. */
export function reasonLines(event: HangupEvent | FailedEvent): HeaderLine[] {
  if (event.reasonHeaders.length > 0) {
    return event.reasonHeaders.map((value): HeaderLine => ['Reason', value]);
  }
  const lines: HeaderLine[] = [];
  if (event.type === 'hangup' && event.sipCause !== undefined) {
    const text = event.sipCause === 200 ? 'Call completed elsewhere' : undefined;
    lines.push(['Reason', formatReason({ protocol: 'SIP', cause: event.sipCause, text })]);
  }
  if (event.q850 !== undefined) lines.push(q850Line(event.q850));
  return lines;
}

/** One Reason line that names a Q.850 cause. */
export function q850Line(cause: number): HeaderLine {
  return ['Reason', formatReason({ protocol: 'Q.850', cause, text: undefined })];
}
