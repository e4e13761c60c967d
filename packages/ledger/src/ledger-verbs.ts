import type { CliCommand } from '@tandem/messages';
import { archiveVerb } from './archive/archive-verb.ts';
import { billVerbs } from './bills/bill-verbs.ts';
import type { LedgerDesk } from './desk/ledger-desk.ts';
import { cdrExportVerb } from './export/cdr-export-verb.ts';
import { poisonVerb } from './poison/poison-verb.ts';
import { policyVerb } from './policy/policy-verb.ts';
import { proofVerbs } from './proof/proof-verbs.ts';
import { rerateVerb } from './rerate/rerate-verb.ts';
import { statisticsVerb } from './statistics/statistics-verb.ts';

/** The ledger's verbs: at the database, or by a running node. */
export function ledgerVerbs(desk: LedgerDesk): readonly CliCommand[] {
  return [
    ...proofVerbs(desk),
    policyVerb(desk),
    ...billVerbs(desk),
    rerateVerb(desk),
    statisticsVerb(desk),
    cdrExportVerb(desk),
    archiveVerb(desk),
    poisonVerb(desk),
  ];
}
