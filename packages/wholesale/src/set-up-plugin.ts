import { definePlugin, type Plugin } from '@tandem/engine';
import type { Store } from '@tandem/store';
import { handleSetupSections } from './handlers/apply-sections.wholesale.ts';

/**
 * The set-up alone, for a command line that has a database and no node: no decks are compiled, no
 * carriers watched.
 */
export function createWholesaleSetUpPlugin(store: Store): Plugin {
  return definePlugin({
    name: 'wholesale-set-up',
    setup: (scope) => handleSetupSections(scope, store),
  });
}
