import { describeRefusal, type Refusal } from '@tandem/messages';
import { type HeaderLine, reasonPhrase } from '@tandem/sip-stack';
import { q850Line } from './reason-lines.ts';

/** What a refusal becomes on the wire. */
export interface RefusalAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly HeaderLine[];
}

/**
 * A refusal as an answer: status, the table's phrase and a Q.850 Reason. Its detail is for the
 * record and never leaves the node. Retry-After goes out only where the refusal carries it: with
 * a 503 it stops the peer from sending anything (RFC 3261 §21.5.4).
 */
export function refusalAnswer(refusal: Refusal, ...further: readonly HeaderLine[]): RefusalAnswer {
  const { status, phrase, q850 } = describeRefusal(refusal);
  const headers: HeaderLine[] = [q850Line(q850)];
  if (refusal.retryAfterSeconds !== undefined) {
    headers.push(['Retry-After', String(refusal.retryAfterSeconds)]);
  }
  // The table's phrase is that of its own status.
  const reason = refusal.status === undefined ? phrase : reasonPhrase(status);
  return { status, reason, headers: [...headers, ...further] };
}
