import { formatMicros } from '@tandem/messages';
import type { Price } from '@tandem/rating';
import type { CloseRecord } from '../books/close-calls.ts';
import { toTimestamp } from '../books/money-caller.ts';
import type { ChargeEnd, OpenCharge } from './open-charge.ts';
import { writable } from './writable-text.ts';

/** Longer texts from the wire are cut: a record must not fail by them. */
const TEXT_CHARACTERS_MAX = 256;

/**
 * The row of `cdrs` for an ended charge: operators' columns, absent ones left null, those of the
 * other side left out. One literal: put together of parts, row and JSON cost a third more.
 */
export function cdrRow(open: OpenCharge, end: ChargeEnd, price: Price): CloseRecord['cdr'] {
  const { startedAt, terms } = open;
  const isSale = open.side === 'sale';
  const answered = end.talkMs !== undefined;
  const address = text(open.address);
  const sipCallId = text(end.sipCallId ?? open.sipCallId ?? '');
  const prefix = terms?.prefix ?? null;
  const rate = terms?.rate ?? null;
  const increments = terms === null ? null : `${terms.first}/${terms.next}`;
  const connectFee = terms?.connectFee ?? null;
  const amount = formatMicros(price.priceMicros);
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
    deck_version: terms === null ? null : `${terms.deck}@${terms.version}`,
    route_version: open.route,
    orig_ip: isSale ? address : undefined,
    term_ip: isSale ? undefined : address,
    sip_call_id_a: isSale ? sipCallId : undefined,
    sip_call_id_b: isSale ? undefined : sipCallId,
    user_agent: text(end.userAgent ?? open.userAgent ?? ''),
    talk_ms: Math.round(end.talkMs ?? 0),
    status: end.status,
    kind: isSale ? 'call' : 'attempt',
    rated_caller: ratedNumber(open.callerRated),
    rated_called: ratedNumber(open.calledRated),
    margin: end.margin ?? null,
    story: end.story ?? null,
    tenant_trunk: isSale ? open.trunk : undefined,
    sell_prefix: isSale ? prefix : undefined,
    sell_rate: isSale ? rate : undefined,
    sell_increments: isSale ? increments : undefined,
    sell_connect_fee: isSale ? connectFee : undefined,
    sell_billed_s: isSale ? price.billedSeconds : undefined,
    sell_amount: isSale ? amount : undefined,
    vendor_id: isSale ? undefined : open.trunkId,
    vendor_trunk: isSale ? undefined : open.trunk,
    buy_prefix: isSale ? undefined : prefix,
    buy_rate: isSale ? undefined : rate,
    buy_increments: isSale ? undefined : increments,
    buy_connect_fee: isSale ? undefined : connectFee,
    buy_billed_s: isSale ? undefined : price.billedSeconds,
    buy_amount: isSale ? undefined : amount,
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
