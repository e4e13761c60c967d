import { formatMicros, type Micros, parseMicros } from '@tandem/messages';
import { type MoneyCaller, toTimestamp } from '../books/money-caller.ts';
import { compileFor, isUnchanged, type RatedParty, type RatingDeck } from './rating-deck.ts';
import { type RatedRecord, reprice, type Repriced } from './reprice.ts';

/** Records read, and corrections posted, at once. */
const RECORDS_MAX = 1_000;
/** Prefixes told apart in an answer; the others are summed. */
const PREFIXES_MAX = 1_000;

/** Which calls are priced anew, and by what. Instants are epoch ms, the second not included. */
export interface RerateRequest {
  readonly party: RatedParty;
  readonly deck: RatingDeck;
  readonly fromAt: number;
  readonly toAt: number;
  /** Rates as they counted then; without it, as they counted when each call began. */
  readonly asOf?: number | undefined;
  /** Posts the corrections under this key; without it nothing is written. */
  readonly post?: { readonly reference: string; readonly actor: string };
}

/** What the calls of one prefix come to. Amounts have six decimals. */
export interface RerateLine {
  readonly prefix: string;
  readonly calls: number;
  readonly before: string;
  readonly after: string;
}

/** What re-rating comes to. */
export interface Rerating {
  readonly deck: string;
  readonly currency: string;
  readonly calls: number;
  /** Those that the deck has no rate for: they stay as they are. */
  readonly unrated: number;
  /** Those whose price is another one. */
  readonly changed: number;
  readonly before: string;
  readonly after: string;
  readonly difference: string;
  /** What was posted now; 0 in a dry run, and when all had been posted before. */
  readonly posted: string;
  readonly lines: readonly RerateLine[];
}

/** Why nothing was done. */
export type RerateProblem =
  | 'the reference is that of another re-rating'
  | 'the deck was changed meanwhile: ask again, under another reference';

/**
 * Prices the calls of a period by another deck, and posts the differences if asked to. May be
 * given up and asked for again: each call is corrected once. @throws the store's fault
 */
export async function reratePeriod(
  caller: MoneyCaller,
  request: RerateRequest,
): Promise<Rerating | RerateProblem> {
  const { party, deck, post } = request;
  if (post !== undefined && !(await claimReference(caller, request))) {
    return 'the reference is that of another re-rating';
  }
  const sums = new Map<string, { calls: number; before: Micros; after: Micros }>();
  const total = { calls: 0, unrated: 0, changed: 0, before: 0n, after: 0n, posted: 0n };
  for await (const records of pagesOf(caller, request)) {
    const numbers = records.flatMap(({ called }) => called ?? []);
    const compiled = await compileFor(caller, deck, numbers);
    if (!(await isUnchanged(caller, deck))) {
      return 'the deck was changed meanwhile: ask again, under another reference';
    }
    const changed: Repriced[] = [];
    for (const record of records) {
      total.calls++;
      const repriced = reprice(record, compiled, party.side, request.asOf);
      if (repriced === undefined) {
        total.unrated++;
        continue;
      }
      const { prefix, beforeMicros, afterMicros } = repriced;
      const key = sums.has(prefix) || sums.size < PREFIXES_MAX ? prefix : 'others';
      const line = sums.get(key) ?? { calls: 0, before: 0n, after: 0n };
      sums.set(key, line);
      line.calls++;
      line.before += beforeMicros;
      line.after += afterMicros;
      total.before += beforeMicros;
      total.after += afterMicros;
      if (beforeMicros !== afterMicros) changed.push(repriced);
    }
    total.changed += changed.length;
    if (post !== undefined && changed.length > 0) {
      total.posted += await postChanges(caller, request, post.reference, changed);
    }
  }
  if (total.posted !== 0n) await recount(caller, request);
  const { calls, unrated, changed, before, after, posted } = total;
  return {
    deck: `${deck.header.name}@${deck.header.version}`,
    currency: deck.header.currency,
    calls,
    unrated,
    changed,
    before: formatMicros(before),
    after: formatMicros(after),
    difference: formatMicros(after - before),
    posted: formatMicros(posted),
    lines: [...sums].map(([prefix, line]) => ({
      prefix,
      calls: line.calls,
      before: formatMicros(line.before),
      after: formatMicros(line.after),
    })),
  };
}

/** Enters the re-rating under its reference; false if that is another's. */
async function claimReference(caller: MoneyCaller, request: RerateRequest): Promise<boolean> {
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

async function* pagesOf(
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

async function postChanges(
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

/** The days of the period are counted anew: their revenue is another one. */
async function recount(caller: MoneyCaller, { fromAt, toAt }: RerateRequest): Promise<void> {
  await caller.call(
    `select collect_daily_statistics_2(day::date) from generate_series(
       date_trunc('day', $1::timestamptz at time zone 'UTC'),
       date_trunc('day', $2::timestamptz at time zone 'UTC'), interval '1 day') day`,
    [toTimestamp(fromAt), toTimestamp(toAt - 1)],
  );
}
