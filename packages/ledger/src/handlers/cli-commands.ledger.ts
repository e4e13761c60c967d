import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import { ledgerVerbs } from '../proof/ledger-verbs.ts';

/** cli.commands: recharge, reconcile, explain. */
export function handleLedgerVerbs(scope: Scope, store: Store): void {
  const verbs = ledgerVerbs(store);
  scope.handle('cli.commands', { as: 'ledger' }, () => verbs);
}
