import type { CdrParams } from '@tandem/messages';
import type { ChargeEnd } from '../charge/open-charge.ts';
import type { LiveCharge } from '../charge/live-charge.ts';

/** How a leg's final record ends its charge; spans are the record's, instants the database's. */
export function chargeEnd(
  charge: LiveCharge,
  params: CdrParams,
  part: Pick<ChargeEnd, 'isFinal' | 'talkMs' | 'margin' | 'story'>,
): ChargeEnd {
  const legStartedAt = charge.open.startedAt + (charge.legStartedMs - charge.startedMs);
  const at = (instant: number | undefined): number | undefined =>
    instant === undefined ? undefined : Math.round(legStartedAt + (instant - params.startedAt));
  const { sipCode, reason, q850, hangupBy, callId: sipCallId, userAgent } = params;
  return {
    ringingAt: at(params.ringingAt),
    answeredAt: at(params.answeredAt),
    endedAt: at(params.endedAt) ?? Math.round(legStartedAt + params.durationMs),
    status: statusOf(params),
    sipCode,
    reason,
    q850,
    hangupBy,
    refusedLimit: charge.refusedLimit,
    sipCallId,
    userAgent,
    ...part,
  };
}

function statusOf({ answeredAt, reason }: CdrParams): string {
  if (answeredAt !== undefined) return 'answered';
  return UNANSWERED[reason] ?? 'failed';
}

/** The words by which the trade tells unanswered calls apart. */
const UNANSWERED: Readonly<Record<string, string>> = {
  busy: 'busy',
  noanswer: 'no-answer',
  cancelled: 'cancelled',
  rejected: 'declined',
};
