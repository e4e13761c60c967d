import { formatMicros, type Micros } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';
import { compileFor, isUnchanged } from './rating-deck.ts';
import { reprice, type Repriced } from './reprice.ts';
import { claimReference, pagesOf, postChanges, recount } from './rerate-books.ts';
import type { RerateRequest } from './rerate-request.ts';

/** Prefixes told apart in an answer; the others are summed. */
const PREFIXES_MAX = 1_000;

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
export type RerateHindrance =
  | 'the reference is that of another re-rating'
  | 'the deck was changed meanwhile: ask again, under another reference';

/**
 * Prices the calls of a period by another deck, and posts the differences if asked to. May be
 * given up and asked for again: each call is corrected once. @throws the store's fault
 */
export async function reratePeriod(
  caller: MoneyCaller,
  request: RerateRequest,
): Promise<Rerating | RerateHindrance> {
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
