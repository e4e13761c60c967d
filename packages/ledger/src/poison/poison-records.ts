import { type CloseRecord, writeRecord } from '../books/close-calls.ts';
import type { MoneyCaller } from '../books/money-caller.ts';
import { settleBatch } from '../settlement/settle-batch.ts';

/** Records shown at once, the newest; all are counted. */
const SHOWN_MAX = 200;

/** A record that the database would not take, kept for a person. */
export interface PoisonRecord {
  readonly charge: string;
  /** What the database said. */
  readonly fault: string;
  /** Epoch ms. */
  readonly setAsideAt: number;
  /** As it was journaled; null if not even that can be read. */
  readonly record: CloseRecord | null;
}

interface Row {
  readonly charge: string;
  readonly fault: string;
  readonly at: Date;
  readonly text: string;
}

/** Records set aside, the newest first, 200 at most. Throws the store's fault. */
export async function listPoison(caller: MoneyCaller): Promise<readonly PoisonRecord[]> {
  const rows = await caller.call<Row>(
    `select charge_id as charge, fault, set_aside_at as at, record as text
     from poison_records order by set_aside_at desc, charge_id limit ${SHOWN_MAX}`,
  );
  return rows.map(({ charge, fault, at, text }) => ({
    charge,
    fault,
    setAsideAt: at.getTime(),
    record: readRecord(text),
  }));
}

/** What became of a record that was tried again; a text says why it is still set aside. */
export type PoisonRetry = 'unknown' | 'settled' | { readonly fault: string };

/**
 * Settles a record that was set aside, after somebody has mended what stood against it: as every
 * record it is charged once. Throws the store's fault.
 */
export async function retryPoison(caller: MoneyCaller, charge: string): Promise<PoisonRetry> {
  const [row] = await caller.call<{ text: string; fault: string }>(
    'select record as text, fault from poison_records where charge_id = $1',
    [charge],
  );
  if (row === undefined) return 'unknown';
  const record = readRecord(row.text);
  if (record === null) return { fault: row.fault };
  const { poison } = await settleBatch(caller, [writeRecord(record)]);
  const [still] = poison;
  if (still !== undefined) return { fault: still.fault };
  await caller.call('delete from poison_records where charge_id = $1', [charge]);
  return 'settled';
}

function readRecord(text: string): CloseRecord | null {
  try {
    return JSON.parse(text) as CloseRecord;
  } catch {
    return null;
  }
}
