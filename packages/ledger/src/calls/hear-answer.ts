import type { CdrParams } from '@tandem/messages';
import { answeredNote } from '../charge/leg-note.ts';
import type { LiveCharge } from '../charge/live-charge.ts';
import { answerEntryText } from '../journal/journal-entry.ts';
import type { LedgerParts } from '../ledger-parts.ts';
import { Extension } from './extension.ts';

/**
 * A charge's leg was answered: on its hold with the next beat (money rule R2), and journaled; at once
 * if the journal alone has it, else with the lines of other calls. A journal that fails here costs
 * nothing while the node lives, for the end is journaled too.
 */
export function hearAnswer(parts: LedgerParts, charge: LiveCharge, params: CdrParams): void {
  if (charge.answeredMs !== undefined || params.answeredAt === undefined) return;
  charge.answeredMs = charge.legStartedMs + (params.answeredAt - params.startedAt);
  const { open, isCountedHere } = charge;
  if (!isCountedHere) parts.book.answered(charge);
  charge.note = answeredNote(charge, params);
  const answeredAt = Math.round(open.startedAt + (charge.answeredMs - charge.startedMs));
  const text = answerEntryText(charge.openText, charge.note, answeredAt);
  charge.forgetOpenText();
  parts.journal.appendText(text, isCountedHere ? 'urgent' : 'patient').then(
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
