import { outcomeOf } from '@tandem/store';
import { releaseCalls } from '../books/admit-calls.ts';
import {
  type CloseAnswer,
  type CloseRecord,
  closeWritten,
  type WrittenRecord,
} from '../books/close-calls.ts';
import type { MoneyCaller } from '../books/money-caller.ts';

/** What a batch came to. */
export interface Settled {
  readonly answers: readonly CloseAnswer[];
  /** Records that the database will never take, and why. */
  readonly poison: readonly { readonly charge: string; readonly fault: string }[];
}

/**
 * Settles a batch. When a row of it is at fault it is split until that row is alone, which is set
 * aside and its hold freed; all others are settled. Any other fault is thrown, and the same batch
 * may be given again whole: a charge is made once (money rule R12).
 */
export async function settleBatch(
  caller: MoneyCaller,
  written: readonly WrittenRecord[],
): Promise<Settled> {
  if (written.length === 0) return { answers: [], poison: [] };
  try {
    return { answers: await closeWritten(caller, written), poison: [] };
  } catch (fault) {
    if (outcomeOf(fault) !== 'bad-row') throw fault;
    if (written.length === 1) {
      const { record } = written[0]!;
      const reason = fault instanceof Error ? fault.message : String(fault);
      await setAside(caller, record, reason);
      return { answers: [], poison: [{ charge: record.charge, fault: reason }] };
    }
  }
  const half = written.length >> 1;
  const first = await settleBatch(caller, written.slice(0, half));
  const second = await settleBatch(caller, written.slice(half));
  return {
    answers: [...first.answers, ...second.answers],
    poison: [...first.poison, ...second.poison],
  };
}

/** Keeps a record that cannot be settled for a person to look at, and frees what it holds. */
export async function setAside(
  caller: MoneyCaller,
  record: CloseRecord,
  fault: string,
): Promise<void> {
  const { charge, side, boot, tenantId, trunkId } = record;
  await caller.call(
    `insert into poison_records (charge_id, record, fault) values ($1, $2, $3)
     on conflict do nothing`,
    [charge, JSON.stringify(record), fault.replaceAll('\u0000', '')],
  );
  await releaseCalls(caller, boot, [{ charge, side, tenantId, trunkId }]);
}
