import type { Gather } from '@tandem/engine';
import { declareMessage } from '@tandem/messages';

declare module '@tandem/engine' {
  interface MessageMap {
    'ledger.unheld': Gather<Record<never, never>, { readonly charges: readonly string[] }>;
  }
}

/** Which living calls have no hold? */
export const ledgerUnheld = declareMessage({
  name: 'ledger.unheld',
  kind: 'gather',
  summary: 'Collects the charges of living calls that the database holds nothing for.',
  sentBy: 'ledger, for reconcile, to all nodes',
  heardBy: 'ledger',
  sample: {},
});
