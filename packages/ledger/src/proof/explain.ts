import { formatMicros, parseMicros } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';
import { bareCharge } from './bare-charge.ts';
import { holdOf, type HoldRow, pastHold, readHolds } from './call-holds.ts';
import { callOfCharge, type CallRecord, readRecords } from './call-records.ts';
import { callTimeline } from './call-timeline.ts';
import { readBoot, readLater } from './later-entries.ts';
import { pastLegs } from './past-legs.ts';
import { pastTrail } from './past-trail.ts';

/**
 * Tells all that is known of a call, living or past, refused, archived or left by a node that died,
 * by its billid or by one of its charges: what `tandem explain` prints. Undefined: nothing is known
 * of it. @throws the store's fault
 */
export async function explainCall(
  caller: MoneyCaller,
  id: string,
): Promise<Record<string, unknown> | undefined> {
  const rows = await readRecords(caller, id);
  const holds = await readHolds(caller, id);
  const call = rows.find(({ kind }) => kind === 'call');
  if (call !== undefined) return await pastCall(caller, id, call, rows, holds);
  if (holds.length > 0) return livingCall(id, holds);
  const callId = rows.length === 0 ? await callOfCharge(caller, id) : undefined;
  return callId === undefined ? await bareCharge(caller, id) : await explainCall(caller, callId);
}

async function pastCall(
  caller: MoneyCaller,
  id: string,
  call: CallRecord,
  rows: readonly CallRecord[],
  holds: readonly HoldRow[],
): Promise<Record<string, unknown>> {
  const attempts = rows.filter(({ leg, kind }) => leg === 'b' && kind === 'attempt');
  const corrections = rows.filter(({ kind }) => kind === 'correction');
  const charges = [call, ...attempts].map(({ cdr_id: charge }) => charge);
  const later = await readLater(caller, charges);
  const boot = call.closed_by === 'orphan' ? await readBoot(caller, call.boot) : undefined;
  // Who closes a dead node's call does not know its story; its own node may have told it since.
  const story = call.story ?? later.find((entry) => entry.story !== null)?.story ?? null;
  return {
    id,
    node: call.node,
    caller: call.a_number_in,
    called: call.b_number_in,
    tenant: call.tenant_name,
    startedAt: call.start_time.getTime(),
    answeredAt: call.answer_time?.getTime() ?? null,
    endedAt: call.end_time.getTime(),
    durationMs: Number(call.duration_ms),
    outcome: {
      status: call.sip_code,
      reason: call.sip_reason,
      q850: call.q850_cause,
      hangupBy: call.hangup_by,
      refusedLimit: call.refused_limit,
    },
    versions: { deck: call.deck_version, profile: call.route_version },
    candidates: story?.candidates ?? [],
    attempts: attempts.map(attemptOf),
    holds: [...holds.map(holdOf), ...pastHold(call, story)],
    charge: chargeOf(call, attempts, corrections),
    timeline: callTimeline({ call, attempts, story, later, boot }),
    legs: pastLegs(
      {
        id: call.cdr_id,
        node: call.node,
        address: call.orig_ip ?? '',
        status: call.status,
        sipCode: call.sip_code,
      },
      story,
    ),
    trail: pastTrail(story?.trail ?? [], call.node),
  };
}

function attemptOf(row: CallRecord): Record<string, unknown> {
  const ringsUntil = row.answer_time ?? row.end_time;
  return {
    number: row.attempt,
    node: row.node,
    trunk: row.vendor_trunk,
    callto: row.term_ip,
    called: row.b_number_out,
    status: row.sip_code,
    reason: row.sip_reason,
    ringMs: row.ring_time === null ? 0 : ringsUntil.getTime() - row.ring_time.getTime(),
    durationMs: Number(row.duration_ms),
    cost: row.buy_amount,
  };
}

function chargeOf(
  call: CallRecord,
  attempts: readonly CallRecord[],
  corrections: readonly CallRecord[],
): Record<string, unknown> | null {
  if (call.charged_at === null) return null;
  const all = [call, ...attempts, ...corrections];
  return {
    id: call.cdr_id,
    billedSeconds: call.sell_billed_s ?? 0,
    price: sumText(all.map(({ sell_amount: amount }) => amount)),
    cost: sumText(all.map(({ buy_amount: amount }) => amount)),
    currency: call.currency ?? '',
    settledAt: call.charged_at.getTime(),
    closedBy: call.closed_by,
    corrections: corrections.length,
  };
}

function livingCall(id: string, holds: readonly HoldRow[]): Record<string, unknown> {
  const sale = holds.find(({ record }) => record?.side === 'sale') ?? holds[0];
  const open = sale?.record;
  return {
    id: open?.callId ?? id,
    node: open?.node ?? '',
    caller: open?.callerIn ?? '',
    called: open?.calledIn ?? '',
    tenant: open?.tenant ?? null,
    startedAt: open?.startedAt ?? 0,
    answeredAt: sale?.answered?.getTime() ?? null,
    endedAt: null,
    durationMs: 0,
    outcome: { status: 0, reason: 'living', q850: 0, hangupBy: '' },
    versions: {
      deck: open?.terms == null ? null : `${open.terms.deck}@${open.terms.version}`,
      profile: open?.route ?? null,
    },
    candidates: [],
    attempts: [],
    holds: holds.map(holdOf),
    charge: null,
    timeline: [],
    // The calls that there are have theirs in GET /calls/{id}.
    legs: [],
    trail: [],
  };
}

function sumText(amounts: readonly (string | null)[]): string {
  const micros = amounts.reduce((sum, text) => sum + (parseMicros(text ?? '') ?? 0n), 0n);
  return formatMicros(micros);
}
