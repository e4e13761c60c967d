import { type FailedEvent, type HangupEvent, refusalTable } from '@tandem/messages';
import type { HeaderLine } from '@tandem/sip-stack';
import { reasonLines } from '../headers/reason-lines.ts';

/** The final answer to a caller whose call came to nothing. */
export interface FinalAnswer {
  readonly status: number;
  readonly headers: readonly HeaderLine[];
}

/** Where a hang-up says nothing that is a status. */
const STATUS_DEFAULT = 480;
/** Where a challenge cannot be made. */
const STATUS_NO_CHALLENGE = 403;

/**
 * A failure as the caller hears it. Phrases are those of RFC 3261: what a carrier or a handler
 * wrote stays here. A 401 or 407 is a question of ours and carries our challenge, or is a 403.
 */
export function answerOfFailure(event: FailedEvent, challenge: readonly HeaderLine[]): FinalAnswer {
  const headers = reasonLines(event);
  if (event.warning !== undefined) headers.push(['Warning', event.warning]);
  if (event.retryAfterSeconds !== undefined) {
    headers.push(['Retry-After', String(event.retryAfterSeconds)]);
  }
  const isChallenge = event.status === 401 || event.status === 407;
  if (!isChallenge) return { status: finalStatus(event.status), headers };
  if (challenge.length === 0) return { status: STATUS_NO_CHALLENGE, headers };
  return { status: 401, headers: [...headers, ...challenge] };
}

/** A hang-up before the answer, as the caller hears it. */
export function answerOfHangup(event: HangupEvent): FinalAnswer {
  const rows: Readonly<Record<string, { readonly status: number }>> = refusalTable;
  const row = Object.hasOwn(rows, event.reason) ? rows[event.reason] : undefined;
  const status = event.sipCause ?? row?.status ?? STATUS_DEFAULT;
  const headers = reasonLines(event);
  return { status: status < 400 ? STATUS_DEFAULT : finalStatus(status), headers };
}

// 3xx are never shown to a caller, and what is no status becomes one.
function finalStatus(status: number): number {
  return Number.isInteger(status) && status >= 400 && status <= 699 ? status : 500;
}
