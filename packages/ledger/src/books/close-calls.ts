import { type MoneyCaller, type Side, toTimestamp } from './money-caller.ts';

/** Who says how long a call talked: its own node, or one that closes a dead node's calls. */
export type ClosedBy = 'owner' | 'orphan';

/**
 * All that settlement needs of one ended call or attempt: terms are applied already, and frozen in
 * the CDR row (money rule R18). This is what the journal keeps.
 */
export interface CloseRecord {
  readonly charge: string;
  /** A call that nobody pays for is a sale without a tenant. */
  readonly side: Side;
  readonly boot: string;
  readonly by: ClosedBy;
  readonly tenantId: string | null;
  readonly trunkId: string | null;
  readonly currency: string;
  /** Six decimals. */
  readonly amount: string;
  readonly billedSeconds: number;
  /** The CDR's partition time: minted once, whole epoch ms. */
  readonly startedAt: number;
  /** The row of `cdrs`, by column. */
  readonly cdr: Readonly<Record<string, string | number | boolean | object | null>>;
}

/** `charged`: this record is the charge; `late`: kept beside an earlier one; `known`: a repeat. */
export type CloseOutcome = 'charged' | 'late' | 'known';

/** What became of one record. */
export interface CloseAnswer {
  readonly charge: string;
  readonly outcome: CloseOutcome;
}

// The rows go as one text: as an array of texts each quotation mark in them would be escaped twice.
const CLOSE_CALLS =
  'select * from close_calls_1($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, ' +
  'array(select json_array_elements($11::json)))';

/**
 * Settles a batch in one round trip; idempotent by charge id. `cdrTexts`: the CDRs' JSON, where
 * somebody has written it before.
 */
export async function closeCalls(
  caller: MoneyCaller,
  records: readonly CloseRecord[],
  cdrTexts: readonly string[] = records.map(cdrTextOf),
): Promise<CloseAnswer[]> {
  const rows = await caller.call<{ charge_id: string; outcome: CloseOutcome }>(CLOSE_CALLS, [
    records.map(({ charge }) => charge),
    records.map(({ side }) => side),
    records.map(({ boot }) => boot),
    records.map(({ by }) => by),
    records.map(({ tenantId }) => tenantId),
    records.map(({ trunkId }) => trunkId),
    records.map(({ currency }) => currency),
    records.map(({ amount }) => amount),
    records.map(({ billedSeconds }) => billedSeconds),
    records.map(({ startedAt }) => toTimestamp(startedAt)),
    `[${cdrTexts.join(',')}]`,
  ]);
  return rows.map(({ charge_id: charge, outcome }) => ({ charge, outcome }));
}

/** The CDR of a record as JSON: what the journal holds of it, and what settlement sends. */
export function cdrTextOf({ cdr }: CloseRecord): string {
  return JSON.stringify(cdr);
}
