import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import { cdrExportVerb } from '../export/cdr-export-verb.ts';
import { ledgerVerbs } from '../proof/ledger-verbs.ts';

/** cli.commands: recharge, reconcile, explain, cdr-export. */
export function handleLedgerVerbs(scope: Scope, store: Store): void {
  const verbs = [...ledgerVerbs(store), cdrExportVerb(store)];
  scope.handle('cli.commands', { as: 'ledger' }, () => verbs);
}
