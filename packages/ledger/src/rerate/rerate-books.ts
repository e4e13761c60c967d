import { formatMicros, type Micros, parseMicros } from '@tandem/messages';
import { type MoneyCaller, toTimestamp } from '../books/money-caller.ts';
import type { RatedRecord, Repriced } from './reprice.ts';
import type { RerateRequest } from './rerate-request.ts';

/** Records read, and corrections posted, at once. */
const RECORDS_MAX = 1_000;

/** Enters the re-rating under its reference; false if that is another's. @throws the store's fault */
export async function claimReference(
  caller: MoneyCaller,
  request: RerateRequest,
): Promise<boolean> {
  const { party, deck, post, fromAt, toAt } = request;
  const { name, version } = deck.header;
  const rows = await caller.call(
    `insert into rerates as r (reference, side, party_id, from_at, to_at, deck, version, actor)
     values ($1, $2, $3, $4, $5, $6, $7, $8)
     on conflict (reference) do update set reference = excluded.reference
       where (r.side, r.party_id, r.from_at, r.to_at, r.deck, r.version) = (excluded.side,
         excluded.party_id, excluded.from_at, excluded.to_at, excluded.deck, excluded.version)
     returning reference`,
    [
      post?.reference,
      party.side,
      party.id,
      toTimestamp(fromAt),
      toTimestamp(toAt),
      name,
      version,
      post?.actor,
    ],
  );
  return rows.length > 0;
}

/** How many calls of the period have a price, counted up to a bound. @throws the store's fault */
export async function countRated(
  caller: MoneyCaller,
  { party, fromAt, toAt }: RerateRequest,
  most: number,
): Promise<number> {
  const isSale = party.side === 'sale';
  const [row] = await caller.call<{ calls: bigint }>(
    `select count(*) as calls from (
       select from cdrs where ${isSale ? 'tenant_id' : 'vendor_id'} = $1 and kind = $2
         and start_time >= $3::timestamptz and start_time < $4::timestamptz
         and ${isSale ? 'sell' : 'buy'}_rate is not null limit $5::bigint
     ) found`,
    [party.id, isSale ? 'call' : 'attempt', toTimestamp(fromAt), toTimestamp(toAt), most],
  );
  return Number(row?.calls ?? 0);
}

/** The records of the period, oldest first, some at a time. @throws the store's fault */
export async function* pagesOf(
  caller: MoneyCaller,
  { party, fromAt, toAt }: RerateRequest,
): AsyncGenerator<readonly RatedRecord[]> {
  const isSale = party.side === 'sale';
  const way = isSale ? 'sell' : 'buy';
  let after: readonly [string, string] = [toTimestamp(fromAt), ''];
  for (;;) {
    const rows = await caller.call<RatedRecord>(
      `select c.cdr_id as charge, c.start_time as started, c.rated_caller as caller,
         c.rated_called as called, c.answer_time as answered, c.talk_ms as "talkMs",
         c.${way}_increments as increments, c.${way}_billed_s as "billedSeconds",
         price_now_1(c.cdr_id)::numeric(18,6) as price
       from cdrs c join charges on charges.charge_id = c.cdr_id
       where c.${isSale ? 'tenant_id' : 'vendor_id'} = $1 and c.kind = $2
         and c.start_time >= $3::timestamptz and c.start_time < $5::timestamptz
         and (c.start_time > $3::timestamptz or c.cdr_id > $4) and c.${way}_rate is not null
       order by c.start_time, c.cdr_id limit ${RECORDS_MAX}`,
      [party.id, isSale ? 'call' : 'attempt', ...after, toTimestamp(toAt)],
    );
    if (rows.length > 0) yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < RECORDS_MAX) return;
    after = [last.started.toISOString(), last.charge];
  }
}

/** Posts what these calls cost less or more than they do by now: the sum. @throws the store's fault */
export async function postChanges(
  caller: MoneyCaller,
  { party }: RerateRequest,
  reference: string,
  changed: readonly Repriced[],
): Promise<Micros> {
  const [row] = await caller.call<{ difference: string }>(
    `select difference from rerate_calls_1($1, $2, $3, $4, $5, $6, $7::jsonb[])`,
    [
      reference,
      party.side,
      party.id,
      changed.map(({ record }) => record.charge),
      changed.map(({ record }) => record.started.toISOString()),
      changed.map(({ afterMicros }) => formatMicros(afterMicros)),
      changed.map(({ terms }) => JSON.stringify(terms)),
    ],
  );
  return parseMicros(row?.difference ?? '') ?? 0n;
}

/** The days of the period are counted anew: their revenue is another one. @throws the store's fault */
export async function recount(caller: MoneyCaller, { fromAt, toAt }: RerateRequest): Promise<void> {
  await caller.call(
    `select collect_daily_statistics_2(day::date) from generate_series(
       date_trunc('day', $1::timestamptz at time zone 'UTC'),
       date_trunc('day', $2::timestamptz at time zone 'UTC'), interval '1 day') day`,
    [toTimestamp(fromAt), toTimestamp(toAt - 1)],
  );
}
