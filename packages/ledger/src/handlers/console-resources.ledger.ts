import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import type { LedgerParts } from '../ledger-parts.ts';
import { patientCaller } from '../books/patient-caller.ts';
import { ledgerResources } from '../proof/ledger-resources.ts';
import { policyResources } from '../policy/policy-resources.ts';
import { billResources } from '../bills/bill-resources.ts';
import { poisonResources } from '../poison/poison-resources.ts';
import { archiveResources } from '../archive/archive-resources.ts';
import { cdrExportResource } from '../export/cdr-export-resource.ts';
import { compareCalls } from '../proof/compared-calls.ts';
import { rerateResource } from '../rerate/rerate-resource.ts';
import { cdrResource } from '../records/cdr-resource.ts';
import { statisticsResource } from '../statistics/daily-statistics.ts';

/** console.resources: proof, explanation, records, payments, policies, bills, prices, archives. */
export function handleLedgerResources(scope: Scope, store: Store, parts: LedgerParts): void {
  const patient = patientCaller(store);
  const proof = ledgerResources(store, patient, {
    compareCalls: () => compareCalls(parts.bus, store),
  });
  const resources = [
    ...proof,
    cdrResource(store),
    cdrExportResource(store, parts.clock),
    ...archiveResources(patient),
    rerateResource(patient),
    ...policyResources(store, () => parts.config.admission),
    ...poisonResources(store),
    ...billResources(store, patient, () => parts.config.billAfter),
    statisticsResource(store),
  ];
  scope.handle('console.resources', { as: 'ledger' }, () => resources);
}
