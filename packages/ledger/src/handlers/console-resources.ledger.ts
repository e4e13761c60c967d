import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import type { LedgerParts } from '../ledger-parts.ts';
import { patientCaller } from '../books/patient-caller.ts';
import { ledgerResources } from '../proof/ledger-resources.ts';
import { policyResources } from '../policy/policy-resources.ts';
import { billResources } from '../bills/bill-resources.ts';
import { poisonResources } from '../poison/poison-resources.ts';
import { cdrResource } from '../records/cdr-resource.ts';
import { statisticsResource } from '../statistics/daily-statistics.ts';

/** console.resources: reconcile, explain, records, recharges, policies, bills, statistics. */
export function handleLedgerResources(scope: Scope, store: Store, parts: LedgerParts): void {
  const patient = patientCaller(store);
  const proof = ledgerResources(store, patient, {
    journalRecords: () => parts.journal.owed,
    unheldCalls: () => unheldEverywhere(parts),
  });
  const resources = [
    ...proof,
    cdrResource(store),
    ...policyResources(store, () => parts.config.admission),
    ...poisonResources(store),
    ...billResources(store, patient, () => parts.config.billAfter),
    statisticsResource(store),
  ];
  scope.handle('console.resources', { as: 'ledger' }, () => resources);
}

/** How long other nodes may take to compare their calls with the holds, ms. */
const COMPARE_MS = 3_000;

async function unheldEverywhere({ bus }: LedgerParts): Promise<readonly string[]> {
  const { answers } = await bus.gather('ledger.unheld', {}, { to: '*', timeoutMs: COMPARE_MS });
  return answers.flatMap(({ answer }) => answer.charges);
}
