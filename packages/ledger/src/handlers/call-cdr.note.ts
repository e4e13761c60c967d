import type { Message, Scope } from '@tandem/engine';
import { priorities } from '@tandem/messages';
import { beginCharges } from '../calls/begin-charges.ts';
import { findPurchase, rankOf } from '../calls/final-record.ts';
import { hearAnswer } from '../calls/hear-answer.ts';
import { noteOutgoing } from '../calls/note-outgoing.ts';
import { chargesOf } from '../charge/call-charges.ts';
import { legNote } from '../charge/leg-note.ts';
import type { LedgerParts } from '../ledger-parts.ts';

/**
 * call.cdr, until the end: beginnings are noted, answers journaled. It stands apart from the final
 * records, so that a disk that refuses those never keeps an answer from being heard.
 */
export function handleNotes(scope: Scope, parts: LedgerParts): void {
  const where = { operation: ['initialize', 'update'] };
  const options = { priority: priorities.ledgerJournal, as: 'ledger', where };
  scope.handle('call.cdr', options, (message) => {
    noteOutgoing(message);
    const rank = rankOf(message);
    if (rank === 'sale') noteCaller(parts, message);
    else if (rank === 'purchase') noteAttempt(parts, message);
  });
}

function noteCaller(parts: LedgerParts, { params, facts }: Message<'call.cdr'>): void {
  const charges = chargesOf(facts);
  if (charges.startedAt === undefined) beginCharges(parts, charges, params.durationMs);
  if (params.operation === 'initialize') charges.callerLeg = legNote(params);
  if (charges.sale !== undefined && params.status === 'answered') {
    hearAnswer(parts, charges.sale, params);
  }
}

function noteAttempt(parts: LedgerParts, { params, facts }: Message<'call.cdr'>): void {
  const purchase = findPurchase(chargesOf(facts), params);
  if (purchase === undefined) return;
  if (params.operation === 'initialize') {
    purchase.hasLeg = true;
    purchase.legStartedMs = parts.clock.monotonicMs() - params.durationMs;
  } else if (params.status === 'answered') hearAnswer(parts, purchase, params);
}
