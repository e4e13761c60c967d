import { formatMicros } from '@tandem/messages';
import type { Price } from '@tandem/rating';
import type { CloseRecord } from '../books/close-calls.ts';
import { toTimestamp } from '../books/money-caller.ts';
import type { ChargeEnd, OpenCharge } from './open-charge.ts';
import { writable } from './writable-text.ts';

/** Longer texts from the wire are cut: a record must not fail by them. */
const TEXT_CHARACTERS_MAX = 256;

/** The row of `cdrs` for an ended charge: operators' columns, absent ones left null. */
export function cdrRow(open: OpenCharge, end: ChargeEnd, price: Price): CloseRecord['cdr'] {
  const isSale = open.side === 'sale';
  const { startedAt } = open;
  const answered = end.talkMs !== undefined;
  return {
    cdr_id: open.charge,
    call_id: text(open.callId),
    leg: isSale ? 'a' : 'b',
    attempt: open.attempt,
    is_final: end.isFinal,
    node: open.node,
    tenant_id: open.tenantId,
    tenant_name: open.tenant,
    a_number_in: text(open.callerIn),
    a_number_out: text(open.callerOut),
    b_number_in: text(open.calledIn),
    b_number_out: text(open.calledOut),
    start_time: toTimestamp(startedAt),
    ring_time: instant(end.ringingAt),
    answer_time: answered ? instant(end.answeredAt) : null,
    end_time: toTimestamp(Math.max(end.endedAt, startedAt)),
    duration_ms: Math.max(0, Math.round(end.endedAt - startedAt)),
    pdd_ms: delay(end.ringingAt ?? end.answeredAt, startedAt),
    currency: open.currency === '' ? null : open.currency,
    sip_code: end.sipCode,
    sip_reason: text(end.reason),
    q850_cause: end.q850,
    hangup_by: end.hangupBy,
    reject_code: answered ? null : text(end.reason),
    refused_limit: end.refusedLimit ?? null,
    deck_version: open.terms === null ? null : `${open.terms.deck}@${open.terms.version}`,
    route_version: open.route,
    [isSale ? 'orig_ip' : 'term_ip']: text(open.address),
    [isSale ? 'sip_call_id_a' : 'sip_call_id_b']: text(end.sipCallId ?? open.sipCallId ?? ''),
    user_agent: text(end.userAgent ?? open.userAgent ?? ''),
    talk_ms: Math.round(end.talkMs ?? 0),
    status: end.status,
    kind: isSale ? 'call' : 'attempt',
    rated_caller: ratedNumber(open.callerRated),
    rated_called: ratedNumber(open.calledRated),
    margin: end.margin ?? null,
    story: end.story ?? null,
    ...(isSale ? saleColumns(open, price) : purchaseColumns(open, price)),
  };
}

function saleColumns({ trunk, terms }: OpenCharge, price: Price): CloseRecord['cdr'] {
  return {
    tenant_trunk: trunk,
    sell_prefix: terms?.prefix ?? null,
    sell_rate: terms?.rate ?? null,
    sell_increments: terms === null ? null : `${terms.first}/${terms.next}`,
    sell_connect_fee: terms?.connectFee ?? null,
    sell_billed_s: price.billedSeconds,
    sell_amount: formatMicros(price.priceMicros),
  };
}

function purchaseColumns({ trunk, trunkId, terms }: OpenCharge, price: Price): CloseRecord['cdr'] {
  return {
    vendor_id: trunkId,
    vendor_trunk: trunk,
    buy_prefix: terms?.prefix ?? null,
    buy_rate: terms?.rate ?? null,
    buy_increments: terms === null ? null : `${terms.first}/${terms.next}`,
    buy_connect_fee: terms?.connectFee ?? null,
    buy_billed_s: price.billedSeconds,
    buy_amount: formatMicros(price.priceMicros),
  };
}

function ratedNumber(number: string | undefined): string | null {
  return number === undefined ? null : text(number);
}

function instant(epochMs: number | undefined): string | null {
  return epochMs === undefined ? null : toTimestamp(epochMs);
}

function delay(at: number | undefined, startedAt: number): number | null {
  return at === undefined ? null : Math.max(0, Math.round(at - startedAt));
}

function text(value: string): string {
  return writable(value, TEXT_CHARACTERS_MAX);
}
