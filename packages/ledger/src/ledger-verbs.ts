import type { CliCommand } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { archiveVerb } from './archive/archive-verb.ts';
import { billVerbs } from './bills/bill-verbs.ts';
import { patientCaller } from './books/patient-caller.ts';
import { cdrExportVerb } from './export/cdr-export-verb.ts';
import { poisonVerb } from './poison/poison-verb.ts';
import { policyVerb } from './policy/policy-verb.ts';
import { proofVerbs } from './proof/proof-verbs.ts';
import { rerateVerb } from './rerate/rerate-verb.ts';
import { statisticsVerb } from './statistics/statistics-verb.ts';

/** The ledger's verbs: they ask the database, and need no node. */
export function ledgerVerbs(store: Store): readonly CliCommand[] {
  const patient = patientCaller(store);
  return [
    ...proofVerbs(patient),
    policyVerb(store),
    ...billVerbs(patient),
    rerateVerb(patient),
    statisticsVerb(patient),
    cdrExportVerb(store),
    archiveVerb(store),
    poisonVerb(store),
  ];
}
