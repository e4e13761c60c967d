import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import { databaseDesk } from '../desk/database-desk.ts';
import { ledgerVerbs } from '../ledger-verbs.ts';

/** cli.commands: proof, payments, policies, bills, re-rating, statistics, records. */
export function handleLedgerVerbs(scope: Scope, store: Store): void {
  const verbs = ledgerVerbs(databaseDesk(store));
  scope.handle('cli.commands', { as: 'ledger' }, () => verbs);
}
