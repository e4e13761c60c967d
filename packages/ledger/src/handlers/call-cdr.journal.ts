import type { Scope } from '@tandem/engine';
import { priorities } from '@tandem/messages';
import { closePurchase, closeSale, rankOf, releaseUnplaced } from '../calls/final-record.ts';
import { noteOutgoing } from '../calls/note-outgoing.ts';
import type { LedgerParts } from '../ledger-parts.ts';

/**
 * call.cdr, at the end: journaled before it is acknowledged. Throws when the journal cannot be
 * written: the switch tells the record again.
 */
export function handleFinalRecords(scope: Scope, parts: LedgerParts): void {
  const where = { operation: 'finalize' };
  // In quarantine it would leave out records that the disk takes again by now.
  const isAlwaysAsked = true;
  const options = { priority: priorities.ledgerJournal, as: 'ledger', where, isAlwaysAsked };
  scope.handle('call.cdr', options, (message) => {
    noteOutgoing(message);
    switch (rankOf(message)) {
      case 'sale':
        return closeSale(parts, message);
      case 'purchase':
        return closePurchase(parts, message);
      case 'handed over':
        if (message.facts.ledger !== undefined) releaseUnplaced(parts, message.facts.ledger);
        return undefined;
      default:
        return undefined;
    }
  });
}
