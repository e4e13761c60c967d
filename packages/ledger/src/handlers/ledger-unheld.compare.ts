import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import type { LedgerParts } from '../ledger-parts.ts';
import { findStrayHolds } from '../lease/compare-holds.ts';
import { findUnheldCalls } from '../lease/unheld-calls.ts';

/**
 * ledger.unheld: the living calls of this node that have no hold, though they asked for one, and
 * the holds of its boot that belong to none of them. Young ones may be on their way, and are left out.
 */
export function handleUnheld(scope: Scope, store: Store, parts: LedgerParts): void {
  scope.handle('ledger.unheld', { as: 'ledger' }, async () => ({
    charges: await findUnheldCalls(parts, store),
    strays: await straysOf(store, parts),
    journalRecords: parts.journal.owed,
  }));
}

async function straysOf(store: Store, { lease, book }: LedgerParts): Promise<readonly string[]> {
  if (lease.state !== 'live') return [];
  const strays = await findStrayHolds(store, lease.boot, (id) => book.has(id));
  return strays.map(({ charge }) => charge);
}
