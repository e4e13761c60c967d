import type { CallRow } from '../../api/call-row.ts';

/**
 * How old a call is now: what its node said, and the time since. The node's clock and this
 * browser's are never compared.
 */
export function ageOf(call: CallRow, sinceAnswerMs: number): number {
  return call.durationMs + Math.max(0, sinceAnswerMs);
}

/** Talk time now, ms; null before the answer. */
export function talkOf(call: CallRow, sinceAnswerMs: number): number | null {
  if (call.answeredAt === null) return null;
  return Math.max(0, ageOf(call, sinceAnswerMs) - (call.answeredAt - call.startedAt));
}
