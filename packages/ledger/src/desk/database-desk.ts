import type { Store } from '@tandem/store';
import { archivableMonths, archiveMonth, dropArchive } from '../archive/archive-cdrs.ts';
import { listBills, readBill } from '../bills/bill.ts';
import { makeBills } from '../bills/make-bills.ts';
import { patientCaller } from '../books/patient-caller.ts';
import { exportCdrs } from '../export/export-cdrs.ts';
import { listPoison, retryPoison } from '../poison/poison-records.ts';
import { readPolicy, writePolicy } from '../policy/billing-policy.ts';
import { explainCall } from '../proof/explain.ts';
import { reconcile, reconcilePeriod } from '../proof/reconcile.ts';
import { rechargeTenant } from '../recharge/recharge-tenant.ts';
import { isRefused, readCdrFilter, refusalText } from '../records/cdr-query.ts';
import { rerateByName } from '../rerate/rerate-by-name.ts';
import { readDays } from '../statistics/daily-statistics.ts';
import type { LedgerDesk } from './ledger-desk.ts';

/** Who did it, in rows that say so. */
const ACTOR = 'cli';
/** Bills of one list. */
const BILLS_MAX = 1_000;

/** The books as the database has them: no node is needed, and none is asked. */
export function databaseDesk(store: Store): LedgerDesk {
  const patient = patientCaller(store);
  return {
    recharge: async (recharge) => await rechargeTenant(store, { ...recharge, actor: ACTOR }),
    reconcile: async (period) =>
      period === undefined
        ? await reconcile(patient, 0)
        : await reconcilePeriod(patient, 0, period),
    explain: async (call) => await explainCall(patient, call),
    readPolicy: async (tenant) => await readPolicy(store, tenant),
    writePolicy: async (tenant, policy) => await writePolicy(store, tenant, policy),
    listBills: async (tenant) =>
      await listBills(patient, { limit: BILLS_MAX, ...(tenant !== undefined && { tenant }) }),
    readBill: async (number) => await readBill(patient, number),
    makeBills: async (tenant) => await makeBills(patient, { graceMs: 0, tenant }),
    rerate: async (question) => await rerateByName(patient, question, ACTOR),
    statistics: async (from, to) => await readDays(patient, from, to),
    exportCdrs: async (query) => {
      const filter = readCdrFilter(query);
      return isRefused(filter) ? refusalText(filter) : await exportCdrs(store, filter);
    },
    archivableMonths: async (keepMonths) => await archivableMonths(patient, keepMonths),
    archiveMonth: async (month) => await archiveMonth(patient, month),
    dropArchive: async (month) => await dropArchive(patient, month),
    listPoison: async () => await listPoison(store),
    retryPoison: async (charge) => await retryPoison(store, charge),
  };
}
