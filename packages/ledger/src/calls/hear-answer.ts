import type { CdrParams } from '@tandem/messages';
import { answeredNote } from '../charge/leg-note.ts';
import type { LiveCharge } from '../charge/live-charge.ts';
import { withNote } from '../charge/open-charge.ts';
import type { LedgerParts } from '../ledger-parts.ts';
import { Extension } from './extension.ts';

/**
 * A charge's leg was answered: journaled at once, and on its hold with the next beat (money rule
 * R2). A journal that fails here costs nothing while the node lives, for the end is journaled too.
 */
export function hearAnswer(parts: LedgerParts, charge: LiveCharge, params: CdrParams): void {
  if (charge.answeredMs !== undefined || params.answeredAt === undefined) return;
  charge.answeredMs = charge.legStartedMs + (params.answeredAt - params.startedAt);
  // Without a hold only the journal has it.
  if (!charge.isCountedHere) parts.book.answered(charge);
  charge.note = answeredNote(charge, params);
  const open = withNote(charge.open, charge.note);
  const answeredAt = Math.round(open.startedAt + (charge.answeredMs - charge.startedMs));
  parts.journal.append({ kind: 'answer', open, answeredAt }).then(
    (segment) => {
      charge.answerSegment = segment;
      releaseAnswer(parts, charge);
    },
    (fault: unknown) => {
      parts.log.warn('an answer was not journaled', { charge: charge.id, fault: String(fault) });
    },
  );
  if (open.side === 'sale' && charge.paidMs !== Infinity) {
    charge.extension = new Extension(parts, charge);
    charge.extension.start();
  }
}

/** The journal may forget an answer once it stands on the hold, or the charge is settled. */
export function releaseAnswer({ journal }: LedgerParts, charge: LiveCharge): void {
  const { answerSegment, isSettled, isAnswerWritten, isCountedHere } = charge;
  if (answerSegment === undefined) return;
  if (!isSettled && (isCountedHere || !isAnswerWritten)) return;
  charge.answerSegment = undefined;
  journal.settled(answerSegment, 1);
}
