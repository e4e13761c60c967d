import type { Scope } from '@tandem/engine';
import type { LedgerParts } from '../ledger-parts.ts';

/** node.ready: what an earlier boot left in the journal is settled before calls come (rule R7). */
export function handleNodeReady(scope: Scope, parts: LedgerParts): void {
  scope.handle('node.ready', { as: 'ledger' }, () => {
    if (parts.isReplayed) return undefined;
    return {
      waitsFor: parts.lease.state === 'starting' ? 'its lease in the database' : 'its journal',
    };
  });
}
