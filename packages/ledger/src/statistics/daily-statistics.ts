import type { ApiAnswer, ApiRequest, ApiResource } from '@tandem/messages';
import { formatMicros, parseMicros } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';

/** Rows of one answer. */
const ROWS_MAX = 10_000;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Days before today that are counted anew with it, for a call may end two days after it began. */
const RECENT_DAYS = 2;

/**
 * Counts today and some days before anew; days that are archived stay as they are. Any node may do
 * so at any time. Throws the store's fault.
 */
export async function collectDailyStatistics(
  caller: MoneyCaller,
  daysBefore = RECENT_DAYS,
): Promise<void> {
  await caller.call(
    `select collect_daily_statistics_2(((clock_timestamp() at time zone 'UTC')::date - n))
     from generate_series(0, $1::integer) n`,
    [daysBefore],
  );
}

interface Row {
  readonly day: string;
  readonly side: 'sale' | 'purchase';
  readonly party: string;
  readonly currency: string;
  readonly calls: bigint;
  readonly answered: bigint;
  readonly talkMs: bigint;
  readonly billedSeconds: bigint;
  readonly revenue: string;
  readonly cost: string;
}

/** Days over HTTP: calls, ASR, ACD, minutes, money, per tenant and carrier. */
export function statisticsResource(caller: MoneyCaller): ApiResource {
  return {
    method: 'GET',
    path: '/statistics',
    role: 'billing',
    summary: 'Lists days per tenant and carrier: calls, ASR, ACD, minutes, revenue, cost, margin.',
    query: {
      from: 'first day, YYYY-MM-DD, UTC',
      to: 'last day, included',
    },
    handle: (request) => listDays(caller, request),
  };
}

async function listDays(caller: MoneyCaller, { query }: ApiRequest): Promise<ApiAnswer> {
  const from = query['from'] ?? '0001-01-01';
  const to = query['to'] ?? '9999-12-31';
  for (const [where, day] of [
    ['from', from],
    ['to', to],
  ] as const) {
    if (isDay(day)) continue;
    const message = `${where}: expected a day such as 2026-01-31`;
    return { status: 422, body: { error: { code: 'DAY_INVALID', message, where } } };
  }
  const days = await readDays(caller, from, to);
  return { status: 200, body: { days, total: days.length } };
}

/** A day of a tenant or a carrier, counted. Amounts have six decimals. */
export type StatisticsDay = ReturnType<typeof dayOf>;

/** Days from and to which are both included, as `2026-01-31`. @throws the store's fault */
export async function readDays(
  caller: MoneyCaller,
  from: string,
  to: string,
): Promise<readonly StatisticsDay[]> {
  const rows = await caller.call<Row>(
    `select day::text, side, party, currency, calls, answered, talk_ms as "talkMs",
       billed_seconds as "billedSeconds", revenue, cost
     from daily_statistics where day between $1::date and $2::date
     order by day, side, party limit ${ROWS_MAX}`,
    [from, to],
  );
  return rows.map(dayOf);
}

/** Whether a text is a day such as 2026-01-31. */
export function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(text));
}

/** ASR: answered of all; ACD: billed seconds of an answered one. */
function dayOf({ side, calls, answered, talkMs, billedSeconds, revenue, cost, ...row }: Row) {
  const margin = (parseMicros(revenue) ?? 0n) - (parseMicros(cost) ?? 0n);
  return {
    ...row,
    kind: side === 'sale' ? 'tenant' : 'carrier',
    calls: Number(calls),
    answered: Number(answered),
    asr: calls === 0n ? 0 : Number(answered) / Number(calls),
    acdSeconds: answered === 0n ? 0 : Number(billedSeconds) / Number(answered),
    talkMs: Number(talkMs),
    billedSeconds: Number(billedSeconds),
    revenue,
    cost,
    ...(side === 'sale' ? { margin: formatMicros(margin) } : undefined),
  };
}
