import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import type { LedgerParts } from '../ledger-parts.ts';
import { findUnheldCalls } from '../lease/unheld-calls.ts';

/** ledger.unheld: the living calls of this node that have no hold, though they asked for one. */
export function handleUnheld(scope: Scope, store: Store, parts: LedgerParts): void {
  scope.handle('ledger.unheld', { as: 'ledger' }, async () => ({
    charges: await findUnheldCalls(parts, store),
  }));
}
