import { formatMicros, parseMicros } from '@tandem/messages';
import { type MoneyCaller, toTimestamp } from '../books/money-caller.ts';
import { cdrConditions, type PutValue } from './cdr-conditions.ts';
import { type CdrQuery, writeCursor } from './cdr-query.ts';

/** One row of GET /cdrs. Instants are epoch ms, money is decimal text of `currency`. */
export interface CdrEntry {
  readonly id: string;
  readonly callId: string;
  readonly kind: string;
  readonly attempt: number;
  readonly node: string;
  readonly tenant: string | null;
  readonly inboundTrunk: string | null;
  /** The carrier that answered, else the one that was tried last. */
  readonly outboundTrunk: string | null;
  readonly caller: string | null;
  readonly called: string | null;
  readonly startedAt: number;
  readonly ringingAt: number | null;
  readonly answeredAt: number | null;
  readonly endedAt: number | null;
  readonly durationMs: number;
  readonly talkMs: number;
  readonly status: string;
  readonly sipCode: number | null;
  readonly reason: string | null;
  readonly q850: number | null;
  readonly hangupBy: string | null;
  readonly billedSeconds: number | null;
  /** Corrections included. */
  readonly price: string | null;
  /** What the attempts of a call cost together. */
  readonly cost: string | null;
  readonly currency: string | null;
  readonly deck: string | null;
}

/** One page of records, the newest first, and where the next one begins. */
export interface CdrPage {
  readonly cdrs: readonly CdrEntry[];
  readonly nextCursor?: string;
}

interface Row extends Omit<CdrEntry, InstantKey | 'durationMs' | 'talkMs' | 'outboundTrunk'> {
  readonly startedAt: Date;
  readonly ringingAt: Date | null;
  readonly answeredAt: Date | null;
  readonly endedAt: Date | null;
  readonly durationMs: bigint;
  readonly talkMs: bigint;
  readonly ownTrunk: string | null;
  readonly attemptTrunk: string | null;
  readonly corrected: string | null;
  readonly attemptCost: string | null;
}

type InstantKey = 'startedAt' | 'ringingAt' | 'answeredAt' | 'endedAt';

/**
 * Reads one page of records. It goes backwards in time by the index of each month's partition, and
 * looks at a call's attempts only for rows that are shown; a call and its attempts lie within two
 * days, so other months are not touched. @throws the store's fault
 */
export async function listCdrs(caller: MoneyCaller, query: CdrQuery): Promise<CdrPage> {
  const { text, values } = statementOf(query);
  const rows = await caller.call<Row>(text, values);
  const cdrs = rows.slice(0, query.limit).map(entryOf);
  const last = cdrs.at(-1);
  if (rows.length <= query.limit || last === undefined) return { cdrs };
  return { cdrs, nextCursor: writeCursor(last) };
}

function statementOf(query: CdrQuery): { text: string; values: readonly unknown[] } {
  const values: unknown[] = [];
  const param: PutValue = (value) => `$${values.push(value)}`;
  const conditions = conditionsOf(query, param);
  const limit = param(query.limit + 1);
  const text = `
    select c.*, a.trunk as "attemptTrunk", a.cost as "attemptCost", a.corrected from (
      select cdr_id as id, call_id as "callId", kind, attempt, node, tenant_name as tenant,
        tenant_trunk as "inboundTrunk", vendor_trunk as "ownTrunk", a_number_in as caller,
        b_number_in as called, start_time as "startedAt", ring_time as "ringingAt",
        answer_time as "answeredAt", end_time as "endedAt", duration_ms as "durationMs",
        talk_ms as "talkMs", status, sip_code as "sipCode", sip_reason as reason,
        q850_cause as q850, hangup_by as "hangupBy",
        coalesce(sell_billed_s, buy_billed_s) as "billedSeconds", sell_amount as price,
        buy_amount as cost, currency, deck_version as deck
      from cdrs r where ${conditions.join(' and ')}
      order by start_time desc, cdr_id desc limit ${limit}::int
    ) c left join lateral (
      select sum(b.buy_amount) as cost, sum(b.sell_amount) as corrected,
        (array_agg(b.vendor_trunk order by (b.status = 'answered') desc, b.attempt desc)
          filter (where b.kind = 'attempt'))[1] as trunk
      from cdrs b
      where c.kind = 'call' and b.call_id = c."callId" and b.kind <> 'call'
        and b.start_time >= c."startedAt" - interval '1 minute'
        and b.start_time < c."startedAt" + interval '2 days'
    ) a on true
    order by c."startedAt" desc, c.id desc`;
  return { text, values };
}

function conditionsOf(query: CdrQuery, param: PutValue): string[] {
  const conditions = ['true', ...cdrConditions(query, param)];
  const { cursor } = query;
  if (cursor !== undefined) {
    const startedAt = param(toTimestamp(cursor.startedAt));
    conditions.push(`(start_time, cdr_id) < (${startedAt}::timestamptz, ${param(cursor.id)})`);
  }
  return conditions;
}

function entryOf(row: Row): CdrEntry {
  const { ownTrunk, attemptTrunk, corrected, attemptCost, price, cost, ...rest } = row;
  const { startedAt, ringingAt, answeredAt, endedAt, durationMs, talkMs } = row;
  return {
    ...rest,
    startedAt: startedAt.getTime(),
    ringingAt: ringingAt?.getTime() ?? null,
    answeredAt: answeredAt?.getTime() ?? null,
    endedAt: endedAt?.getTime() ?? null,
    durationMs: Number(durationMs),
    talkMs: Number(talkMs),
    outboundTrunk: ownTrunk ?? attemptTrunk,
    price: sum(price, corrected),
    cost: sum(cost, attemptCost),
  };
}

/** Null where neither is known: a call that nobody pays for has no price, which is not 0. */
function sum(one: string | null, other: string | null): string | null {
  if (one === null || other === null) return one ?? other;
  return formatMicros((parseMicros(one) ?? 0n) + (parseMicros(other) ?? 0n));
}
