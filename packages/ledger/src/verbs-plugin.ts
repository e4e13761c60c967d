import { definePlugin, type Plugin } from '@tandem/engine';
import type { Store } from '@tandem/store';
import { handleLedgerVerbs } from './handlers/cli-commands.ledger.ts';

/**
 * The ledger's verbs alone, for a command line that has a database and no node: the ledger itself
 * would take the journal away from the node that runs.
 */
export function createLedgerVerbsPlugin(store: Store): Plugin {
  return definePlugin({
    name: 'ledger-verbs',
    setup: (scope) => handleLedgerVerbs(scope, store),
  });
}
