import type { ArchivableMonth, ArchiveProblem } from '../archive/archive-cdrs.ts';
import type { Bill, BillSummary } from '../bills/bill.ts';
import type { ExportedCdrs } from '../export/export-cdrs.ts';
import type { PoisonRecord, PoisonRetry } from '../poison/poison-records.ts';
import type { BillingPolicy, PolicySetting } from '../policy/billing-policy.ts';
import type { ReconciledPeriod, Reconciliation } from '../proof/reconcile.ts';
import type { Receipt, Recharge, RechargeProblem } from '../recharge/recharge-tenant.ts';
import type { RerateProblem, RerateQuestion } from '../rerate/rerate-by-name.ts';
import type { Rerating } from '../rerate/rerate-period.ts';
import type { StatisticsDay } from '../statistics/daily-statistics.ts';

/**
 * Where the verbs of money take what they show and do: from the database, or from a running node.
 * Both say the same of the same books; a node knows besides what its sisters and their journals
 * hold. All reject when the database or the node cannot be asked, or the node refuses.
 */
export interface LedgerDesk {
  recharge(recharge: Omit<Recharge, 'actor'>): Promise<Receipt | RechargeProblem>;
  /** A text: why the period cannot be proved. */
  reconcile(period: ReconciledPeriod | undefined): Promise<Reconciliation | string>;
  /** The story of a call; undefined: nothing is known of it. */
  explain(call: string): Promise<Readonly<Record<string, unknown>> | undefined>;
  /** Undefined: no such tenant. */
  readPolicy(tenant: string): Promise<BillingPolicy | undefined>;
  writePolicy(tenant: string, policy: PolicySetting): Promise<unknown>;
  /** Of all tenants or one, newest first. */
  listBills(tenant: string | undefined): Promise<readonly BillSummary[]>;
  readBill(number: number): Promise<Bill | undefined>;
  /** Makes bills that are due, without waiting for late records; their numbers. */
  makeBills(tenant: string | undefined): Promise<readonly number[]>;
  rerate(question: RerateQuestion): Promise<Rerating | RerateProblem>;
  /** Days from and to, both included, as `2026-01-31`. */
  statistics(from: string, to: string): Promise<readonly StatisticsDay[]>;
  /** Records by the filters of GET /cdrs/export; an unknown or wrong one is refused with a text. */
  exportCdrs(query: Readonly<Record<string, string>>): Promise<ExportedCdrs | string>;
  archivableMonths(keepMonths: number): Promise<readonly ArchivableMonth[]>;
  /** Keeps the month's records in a table of their own; how many. */
  archiveMonth(month: string): Promise<number | ArchiveProblem>;
  /** Deletes the records that an archived month kept; false: it keeps none. */
  dropArchive(month: string): Promise<boolean>;
  listPoison(): Promise<readonly PoisonRecord[]>;
  retryPoison(charge: string): Promise<PoisonRetry>;
}
