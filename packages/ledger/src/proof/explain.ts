import { formatMicros, parseMicros } from '@tandem/messages';
import { talkMsFor } from '@tandem/rating';
import type { MoneyCaller } from '../books/money-caller.ts';
import type { OpenCharge } from '../charge/open-charge.ts';
import { readTerms } from '../charge/terms-text.ts';
import type { CallStory } from './call-story.ts';
import { pastLegs } from './past-legs.ts';
import { pastTrail } from './past-trail.ts';

interface CdrColumns {
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
  readonly closed_by: string | null;
}

interface HoldRow {
  readonly charge: string;
  readonly amount: string;
  readonly isVoid: boolean;
  readonly answered: Date | null;
  readonly record: OpenCharge | null;
}

/** Rows of one call that are read: its own, its attempts', corrections. */
const ROWS_MAX = 100;
/** Archived months that are looked through, latest first. */
const ARCHIVES_MAX = 120;

/**
 * Tells all that is known of a call, living or past, by its billid: what `tandem explain` prints.
 * Undefined: nothing is known of it. @throws the store's fault
 */
export async function explainCall(
  caller: MoneyCaller,
  callId: string,
): Promise<Record<string, unknown> | undefined> {
  const rows = await recordsOf(caller, callId);
  const holds = await caller.call<HoldRow>(
    `select charge_id as charge, amount, is_void as "isVoid", answered_at as answered, record
     from holds where record ->> 'callId' = $1 limit ${ROWS_MAX}`,
    [callId],
  );
  const call = rows.find(({ kind }) => kind === 'call');
  if (call === undefined) return holds.length === 0 ? undefined : livingCall(callId, holds);
  const attempts = rows.filter(({ leg, kind }) => leg === 'b' && kind === 'attempt');
  const corrections = rows.filter(({ kind }) => kind === 'correction');
  return {
    id: callId,
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
    candidates: call.story?.candidates ?? [],
    attempts: attempts.map(attemptOf),
    holds: [...holds.map(holdOf), ...pastHold(call)],
    charge: chargeOf(call, attempts, corrections),
    legs: legsOf(call),
    trail: pastTrail(call.story?.trail ?? [], call.node),
  };
}

/** Records of a call, from the months that are archived in tables of their own if need be. */
async function recordsOf(caller: MoneyCaller, callId: string): Promise<readonly CdrColumns[]> {
  const from = (table: string): Promise<CdrColumns[]> =>
    caller.call<CdrColumns>(
      `select c.*, ch.charged_at, ch.closed_by
       from ${table} c left join charges ch on ch.charge_id = c.cdr_id
       where c.call_id = $1 order by c.attempt, c.start_time limit ${ROWS_MAX}`,
      [callId],
    );
  const rows = await from('cdrs');
  if (rows.some(({ kind }) => kind !== 'correction')) return rows;
  const archives = await caller.call<{ table: string }>(
    `select table_name as table from cdr_archives
     where table_name ~ '^cdrs_[0-9]{4}_[0-9]{2}$' and to_regclass(table_name) is not null
     order by month desc limit ${ARCHIVES_MAX}`,
  );
  for (const { table } of archives) {
    const found = await from(table);
    if (found.length > 0) return [...found, ...rows];
  }
  return rows;
}

function legsOf({ cdr_id, node, orig_ip: address, status, sip_code, story }: CdrColumns) {
  return pastLegs({ id: cdr_id, node, address: address ?? '', status, sipCode: sip_code }, story);
}

function attemptOf(row: CdrColumns): Record<string, unknown> {
  const ringsUntil = row.answer_time ?? row.end_time;
  return {
    number: row.attempt,
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
  call: CdrColumns,
  attempts: readonly CdrColumns[],
  corrections: readonly CdrColumns[],
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
    corrections: corrections.length,
  };
}

/** A hold that stands in the database. */
function holdOf({ charge, amount, isVoid, answered, record }: HoldRow): Record<string, unknown> {
  return {
    charge,
    amount,
    paidUntilAt: paidUntil(amount, answered, record),
    state: isVoid ? 'released' : 'held',
  };
}

/** What was held for a call that has been settled. */
function pastHold({ cdr_id: charge, story, answer_time: answered }: CdrColumns) {
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

function livingCall(id: string, holds: readonly HoldRow[]): Record<string, unknown> {
  const open = holds.find(({ record }) => record?.side === 'sale')?.record ?? holds[0]?.record;
  return {
    id,
    node: open?.node ?? '',
    caller: open?.callerIn ?? '',
    called: open?.calledIn ?? '',
    tenant: open?.tenant ?? null,
    startedAt: open?.startedAt ?? 0,
    answeredAt: holds[0]?.answered?.getTime() ?? null,
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
    // The calls that there are have theirs in GET /calls/{id}.
    legs: [],
    trail: [],
  };
}

function sumText(amounts: readonly (string | null)[]): string {
  const micros = amounts.reduce((sum, text) => sum + (parseMicros(text ?? '') ?? 0n), 0n);
  return formatMicros(micros);
}
