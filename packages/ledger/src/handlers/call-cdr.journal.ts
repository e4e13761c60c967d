import type { Scope } from '@tandem/engine';
import { priorities } from '@tandem/messages';
import { closePurchase, closeSale, isOurRecord } from '../calls/final-record.ts';
import { noteOutgoing } from '../calls/note-outgoing.ts';
import type { LedgerParts } from '../ledger-parts.ts';

/**
 * call.cdr, at the end: journaled before it is acknowledged. Throws when the journal cannot be
 * written: the switch tells the record again.
 */
export function handleFinalRecords(scope: Scope, parts: LedgerParts): void {
  const where = { operation: 'finalize' };
  const options = { priority: priorities.ledgerJournal, as: 'ledger', where };
  scope.handle('call.cdr', options, (message) => {
    noteOutgoing(message);
    if (!isOurRecord(message)) return undefined;
    const { params, facts } = message;
    if (params.direction === 'incoming') return closeSale(parts, message);
    const isAttempt = params.trunk !== undefined && facts.wholesale !== undefined;
    return isAttempt ? closePurchase(parts, message) : undefined;
  });
}
