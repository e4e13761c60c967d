import type { MoneyCaller } from '../books/money-caller.ts';
import type { CallStory } from './call-story.ts';

/** What of a record of `cdrs` tells a call's story, with its charge beside it. */
export interface CallRecord {
  readonly cdr_id: string;
  readonly leg: string;
  readonly attempt: number;
  readonly node: string;
  readonly kind: string;
  readonly status: string;
  readonly tenant_name: string | null;
  readonly vendor_trunk: string | null;
  readonly a_number_in: string;
  readonly b_number_in: string;
  readonly b_number_out: string;
  readonly orig_ip: string | null;
  readonly term_ip: string | null;
  readonly start_time: Date;
  readonly ring_time: Date | null;
  readonly answer_time: Date | null;
  readonly end_time: Date;
  readonly duration_ms: bigint;
  readonly sip_code: number;
  readonly sip_reason: string;
  readonly q850_cause: number;
  readonly hangup_by: string;
  readonly refused_limit: string | null;
  readonly deck_version: string | null;
  readonly route_version: string | null;
  readonly currency: string | null;
  readonly sell_amount: string | null;
  readonly sell_billed_s: number | null;
  readonly buy_amount: string | null;
  readonly story: CallStory | null;
  readonly charged_at: Date | null;
  /** Who said how long it talked: `owner`, or `orphan` when another node closed it. */
  readonly closed_by: string | null;
  readonly boot: string | null;
}

/** Rows of one call that are read: its own, its attempts', corrections. */
const ROWS_MAX = 100;
/** Archived months that are looked through, latest first. */
const ARCHIVES_MAX = 120;

/**
 * Records of a call by its billid, from the months that are archived in tables of their own if need
 * be. @throws the store's fault
 */
export async function readRecords(
  caller: MoneyCaller,
  callId: string,
): Promise<readonly CallRecord[]> {
  const from = (table: string): Promise<CallRecord[]> =>
    caller.call<CallRecord>(
      `select c.*, ch.charged_at, ch.closed_by, ch.boot
       from ${table} c left join charges ch on ch.charge_id = c.cdr_id
       where c.call_id = $1 order by c.attempt, c.start_time limit ${ROWS_MAX}`,
      [callId],
    );
  const rows = await from('cdrs');
  if (rows.some(({ kind }) => kind !== 'correction')) return rows;
  for (const table of await keptTables(caller)) {
    const found = await from(table);
    if (found.length > 0) return [...found, ...rows];
  }
  return rows;
}

/** The billid of the call that a charge is of, if its record is still there. @throws as above */
export async function callOfCharge(
  caller: MoneyCaller,
  charge: string,
): Promise<string | undefined> {
  for (const table of ['cdrs', ...(await keptTables(caller))]) {
    const [row] = await caller.call<{ call: string }>(
      `select c.call_id as call from ${table} c join charges ch on ch.charge_id = $1
       where c.start_time = ch.started_at and c.cdr_id = $1 limit 1`,
      [charge],
    );
    if (row !== undefined) return row.call;
  }
  return undefined;
}

async function keptTables(caller: MoneyCaller): Promise<readonly string[]> {
  const rows = await caller.call<{ table: string }>(
    `select table_name as table from cdr_archives
     where table_name ~ '^cdrs_[0-9]{4}_[0-9]{2}$' and to_regclass(table_name) is not null
     order by month desc limit ${ARCHIVES_MAX}`,
  );
  return rows.map(({ table }) => table);
}
