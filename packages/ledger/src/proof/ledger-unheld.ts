import type { Gather } from '@tandem/engine';
import { declareMessage } from '@tandem/messages';

declare module '@tandem/engine' {
  interface MessageMap {
    'ledger.unheld': Gather<
      Record<never, never>,
      {
        readonly charges: readonly string[];
        /** Holds of the node's boot that none of its calls accounts for. */
        readonly strays?: readonly string[];
        /** Records of the node that the database does not have yet. */
        readonly journalRecords?: number;
      }
    >;
  }
}

/** Which living calls have no hold, and which holds no living call? */
export const ledgerUnheld = declareMessage({
  name: 'ledger.unheld',
  kind: 'gather',
  summary:
    'Collects charges of living calls that the database holds nothing for, and holds without a call.',
  sentBy: 'ledger, for reconcile, to all nodes',
  heardBy: 'ledger',
  sample: {},
});
