import { formatMicros, type Micros, parseMicros } from '@tandem/messages';
import { type MoneyCaller, toTimestamp } from '../books/money-caller.ts';
import { RECONCILE_ALL, RECONCILE_PERIOD } from './reconcile-questions.ts';

/** One account whose books contradict each other; amounts with six decimals. */
export interface Difference {
  /** `held` and `active`: what stands beside the balance is not the sum, or the count, of holds. */
  readonly kind: 'tenant' | 'carrier' | 'held' | 'active';
  readonly account: string;
  readonly currency: string;
  /** What the ledger says that calls moved. */
  readonly ledger: string;
  /** What the balance says, recharges taken out. */
  readonly balanceChange: string;
  readonly cdrs: string;
  /** The largest of the three less the smallest. */
  readonly difference: string;
}

/** What `tandem reconcile` prints. */
export interface Reconciliation {
  readonly isClean: boolean;
  readonly fromAt: number | null;
  readonly toAt: number;
  readonly tenants: number;
  readonly carriers: number;
  readonly calls: number;
  readonly differences: readonly Difference[];
  /** Charges held by boots that are not live, or that no call of their node accounts for. */
  readonly holdsWithoutCall: readonly string[];
  /** Charges that are made already, yet held; living calls of nodes that nothing is held for. */
  readonly callsWithoutHold: readonly string[];
  /** Nodes that compared their calls with the holds; null: none was asked. */
  readonly nodesCompared: readonly string[] | null;
  /** Nodes that live for the database and did not answer: of their calls nothing is proved. */
  readonly nodesSilent: readonly string[];
  readonly poisonRecords: number;
  readonly journalRecords: number;
}

interface Row {
  readonly kind: Difference['kind'];
  readonly account: string;
  readonly currency: string | null;
  readonly ledger: string;
  readonly balance: string;
  readonly cdrs: string;
}

interface Totals {
  readonly now: Date;
  readonly tenants: bigint;
  readonly carriers: bigint;
  readonly calls: bigint;
  readonly poison: bigint;
  readonly strays: string[] | null;
  readonly doubles: string[] | null;
  readonly rows: Row[] | null;
}

/** Calls that began in it; epoch ms, the second instant not included. */
export interface ReconciledPeriod {
  readonly fromAt: number;
  readonly toAt: number;
}

/**
 * Proves the books: per tenant and carrier the ledger's calls, the change of the balance and the
 * CDRs, archived ones included, are the same sum, and what tenants hold is the sum of the holds.
 * One statement, so all is seen at one instant, while calls go on. @throws the store's fault
 */
export async function reconcile(
  caller: MoneyCaller,
  journalRecords: number,
): Promise<Reconciliation> {
  const [totals] = await caller.call<Totals>(RECONCILE_ALL);
  return toReconciliation(totals, journalRecords);
}

/**
 * The same for the calls that began in a period; in place of the balance stands what was charged
 * for them, corrections included. A text: why the period cannot be proved. @throws as above
 */
export async function reconcilePeriod(
  caller: MoneyCaller,
  journalRecords: number,
  period: ReconciledPeriod,
): Promise<Reconciliation | string> {
  const problem = await problemOf(caller, period);
  if (problem !== undefined) return problem;
  const edges = [toTimestamp(period.fromAt), toTimestamp(period.toAt)];
  const [totals] = await caller.call<Totals>(RECONCILE_PERIOD, edges);
  return { ...toReconciliation(totals, journalRecords), ...period };
}

function toReconciliation(totals: Totals | undefined, journalRecords: number): Reconciliation {
  if (totals === undefined) throw new Error('a select of totals has one row');
  const differences = (totals.rows ?? []).map(toDifference);
  const holdsWithoutCall = totals.strays ?? [];
  const callsWithoutHold = totals.doubles ?? [];
  const poisonRecords = Number(totals.poison);
  return {
    isClean:
      differences.length + holdsWithoutCall.length + callsWithoutHold.length + poisonRecords === 0,
    fromAt: null,
    toAt: totals.now.getTime(),
    tenants: Number(totals.tenants),
    carriers: Number(totals.carriers),
    calls: Number(totals.calls),
    differences,
    holdsWithoutCall,
    callsWithoutHold,
    nodesCompared: null,
    nodesSilent: [],
    poisonRecords,
    journalRecords,
  };
}

/** Of archived records only whole days are known. */
async function problemOf(
  caller: MoneyCaller,
  { fromAt, toAt }: ReconciledPeriod,
): Promise<string | undefined> {
  const [row] = await caller.call<{ month: string }>(
    `select to_char(month, 'YYYY-MM') as month from cdr_archives, unnest($1::timestamptz[]) as edge
     where edge <> date_trunc('day', edge at time zone 'UTC') at time zone 'UTC'
       and date_trunc('month', edge at time zone 'UTC') = month limit 1`,
    [[toTimestamp(fromAt), toTimestamp(toAt)]],
  );
  return row && `the records of ${row.month} are archived: begin and end at midnight, UTC`;
}

function toDifference({ kind, account, currency, ledger, balance, cdrs }: Row): Difference {
  const sums = [ledger, balance, cdrs].map((text): Micros => parseMicros(text) ?? 0n);
  const largest = sums.reduce((a, b) => (a > b ? a : b));
  const smallest = sums.reduce((a, b) => (a < b ? a : b));
  return {
    kind,
    account,
    currency: currency ?? '',
    ledger: formatMicros(sums[0]!),
    balanceChange: formatMicros(sums[1]!),
    cdrs: formatMicros(sums[2]!),
    difference: formatMicros(largest - smallest),
  };
}
