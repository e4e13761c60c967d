import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import { cdrExportVerb } from '../export/cdr-export-verb.ts';
import { archiveVerb } from '../archive/archive-verb.ts';
import { billVerbs } from '../bills/bill-verbs.ts';
import { poisonVerb } from '../poison/poison-verb.ts';
import { policyVerb } from '../policy/policy-verb.ts';
import { rerateVerb } from '../rerate/rerate-verb.ts';
import { ledgerVerbs } from '../proof/ledger-verbs.ts';

/** cli.commands: recharge, reconcile, explain, records, bills, re-rating, policies. */
export function handleLedgerVerbs(scope: Scope, store: Store): void {
  const verbs = [
    ...ledgerVerbs(store),
    cdrExportVerb(store),
    archiveVerb(store),
    ...billVerbs(store),
    policyVerb(store),
    poisonVerb(store),
    rerateVerb(store),
  ];
  scope.handle('cli.commands', { as: 'ledger' }, () => verbs);
}
