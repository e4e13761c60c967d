import type { Scope } from '@tandem/engine';
import type { LedgerParts } from '../ledger-parts.ts';

/**
 * node.ready: what an earlier boot left in the journal is settled before calls come (rule R7), and
 * a boot that the database does not take for alive charges nothing (rule R6).
 */
export function handleNodeReady(scope: Scope, parts: LedgerParts): void {
  scope.handle('node.ready', { as: 'ledger' }, () => {
    if (parts.lease.state !== 'live') return { waitsFor: 'its lease in the database' };
    return parts.isReplayed ? undefined : { waitsFor: 'its journal' };
  });
}
