import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import type { LedgerParts } from '../ledger-parts.ts';
import { ledgerResources } from '../proof/ledger-resources.ts';
import { policyResources } from '../proof/policy-resources.ts';

/** console.resources: reconcile, explain, recharges, billing policies. */
export function handleLedgerResources(scope: Scope, store: Store, parts: LedgerParts): void {
  const proof = ledgerResources(store, () => parts.journal.owed);
  const resources = [...proof, ...policyResources(store)];
  scope.handle('console.resources', { as: 'ledger' }, () => resources);
}
