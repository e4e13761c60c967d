import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import type { LedgerParts } from '../ledger-parts.ts';
import { ledgerResources } from '../proof/ledger-resources.ts';

/** console.resources: reconcile, explain, recharges. */
export function handleLedgerResources(scope: Scope, store: Store, parts: LedgerParts): void {
  const resources = ledgerResources(store, () => parts.journal.owed);
  scope.handle('console.resources', { as: 'ledger' }, () => resources);
}
