import { formatMicros } from '@tandem/messages';
import { type Price, priceOf } from '@tandem/rating';
import type { ClosedBy, CloseRecord } from '../books/close-calls.ts';
import { cdrRow } from './cdr-row.ts';
import type { ChargeEnd, OpenCharge } from './open-charge.ts';
import { readTerms } from './terms-text.ts';

/** Prices an ended charge; without terms it is free. Rounds once. */
export function priceOfCharge(open: OpenCharge, talkMs: number | undefined): Price {
  if (open.terms === null) return { billedSeconds: 0, priceMicros: 0n };
  return priceOf(readTerms(open.terms), talkMs);
}

/** The record that settles a charge: the same from its owner, a survivor and a replay. */
export function closeRecordOf(
  open: OpenCharge,
  end: ChargeEnd,
  by: ClosedBy,
  price = priceOfCharge(open, end.talkMs),
): CloseRecord {
  const { charge, side, boot, trunkId, currency, startedAt } = open;
  return {
    charge,
    side,
    boot,
    by,
    // An attempt moves no tenant's money; its CDR says for whom it was made.
    tenantId: side === 'sale' ? open.tenantId : null,
    trunkId,
    currency,
    amount: formatMicros(price.priceMicros),
    billedSeconds: price.billedSeconds,
    startedAt,
    cdr: cdrRow(open, end, price),
  };
}
