import { parseMicros } from '@tandem/messages';
import { talkMsFor } from '@tandem/rating';
import type { MoneyCaller } from '../books/money-caller.ts';
import type { OpenCharge } from '../charge/open-charge.ts';
import { readTerms } from '../charge/terms-text.ts';
import type { CallRecord } from './call-records.ts';

/** A hold of a call, as it stands in the database. */
export interface HoldRow {
  readonly charge: string;
  readonly amount: string;
  readonly isVoid: boolean;
  readonly answered: Date | null;
  readonly record: OpenCharge | null;
}

/** Holds of one call that are read: its own and its attempts'. */
const HOLDS_MAX = 100;

/** Holds of a call by its billid, or one by its charge. @throws the store's fault */
export function readHolds(caller: MoneyCaller, id: string): Promise<HoldRow[]> {
  return caller.call<HoldRow>(
    `select charge_id as charge, amount, is_void as "isVoid", answered_at as answered, record
     from holds where charge_id = $1 or record ->> 'callId' = $1 limit ${HOLDS_MAX}`,
    [id],
  );
}

/** A hold that stands in the database, as `explain` shows it. */
export function holdOf({
  charge,
  amount,
  isVoid,
  answered,
  record,
}: HoldRow): Record<string, unknown> {
  return {
    charge,
    amount,
    paidUntilAt: paidUntil(amount, answered, record),
    state: isVoid ? 'released' : 'held',
  };
}

/** What was held for a call that has been settled. */
export function pastHold(
  { cdr_id: charge, answer_time: answered }: CallRecord,
  story: CallRecord['story'],
): readonly Record<string, unknown>[] {
  if (story === null) return [];
  const { held: amount, paidMs } = story;
  const paidUntilAt = answered === null || paidMs === null ? null : answered.getTime() + paidMs;
  return [{ charge, amount, paidUntilAt, state: 'settled' }];
}

function paidUntil(amount: string, answered: Date | null, record: OpenCharge | null) {
  if (answered === null || record === null || record.terms === null) return null;
  const paidMs = talkMsFor(parseMicros(amount) ?? 0n, readTerms(record.terms));
  return Number.isFinite(paidMs) ? answered.getTime() + paidMs : null;
}
