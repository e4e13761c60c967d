import type { Scope } from '@tandem/engine';
import type { LedgerParts } from '../ledger-parts.ts';

/** node.status: how many records the database does not have yet, and what ails the journal. */
export function handleJournalStatus(scope: Scope, { journal }: LedgerParts): void {
  scope.handle('node.status', { as: 'ledger' }, () => ({
    journalRecords: journal.owed,
    ...(journal.trouble !== undefined && { journalTrouble: journal.trouble }),
  }));
}
