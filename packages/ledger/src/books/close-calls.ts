import type { MoneyCaller, Side } from './money-caller.ts';

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
  /** The row of `cdrs`, by column; an undefined one is left out. */
  readonly cdr: Readonly<Record<string, string | number | boolean | object | null | undefined>>;
}

/** `charged`: this record is the charge; `late`: kept beside an earlier one; `known`: a repeat. */
export type CloseOutcome = 'charged' | 'late' | 'known';

/** What became of one record. */
export interface CloseAnswer {
  readonly charge: string;
  readonly outcome: CloseOutcome;
}

/** Settles a batch in one round trip; idempotent by charge id. */
export async function closeCalls(
  caller: MoneyCaller,
  records: readonly CloseRecord[],
): Promise<CloseAnswer[]> {
  return await closeWritten(caller, records.map(writeRecord));
}

/** As {@link closeCalls}, for records that are texts already. */
export async function closeWritten(
  caller: MoneyCaller,
  written: readonly WrittenRecord[],
): Promise<CloseAnswer[]> {
  const texts = written.map(({ text }) => text);
  const rows = await caller.call<{ charge_id: string; outcome: CloseOutcome }>(
    'select charge_id, outcome from close_calls_2($1)',
    [`[${texts.join(',')}]`],
  );
  return rows.map(({ charge_id: charge, outcome }) => ({ charge, outcome }));
}

/** A record and its JSON: written once, for the journal and for settlement. */
export interface WrittenRecord {
  readonly record: CloseRecord;
  readonly text: string;
}

/** Writes a record as JSON. */
export function writeRecord(record: CloseRecord): WrittenRecord {
  return { record, text: JSON.stringify(record) };
}
