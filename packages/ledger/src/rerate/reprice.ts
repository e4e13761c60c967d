import { formatMicros, type Micros, parseMicros } from '@tandem/messages';
import { type CompiledDeck, priceOf, priceOfBilled, type RateMatch } from '@tandem/rating';
import type { Side } from '../books/money-caller.ts';

/** A record that is priced anew. */
export interface RatedRecord {
  readonly charge: string;
  readonly started: Date;
  readonly caller: string | null;
  readonly called: string | null;
  readonly answered: Date | null;
  readonly talkMs: bigint;
  /** `first/next` by which it was billed, and the seconds that this made. */
  readonly increments: string | null;
  readonly billedSeconds: number | null;
  /** What it costs now, corrections included; six decimals. */
  readonly price: string;
}

/** What a record shall cost, and by which terms. */
export interface Repriced {
  readonly record: RatedRecord;
  readonly prefix: string;
  readonly beforeMicros: Micros;
  readonly afterMicros: Micros;
  /** Columns of the correction's CDR. */
  readonly terms: Readonly<Record<string, string | number>>;
}

/**
 * Prices a record by a deck, as of the call's begin or of `asOf` (epoch ms). Undefined: the deck
 * has no rate for it, blocks it, or the numbers it was rated by are not known. Pure.
 */
export function reprice(
  record: RatedRecord,
  deck: CompiledDeck,
  side: Side,
  asOf?: number,
): Repriced | undefined {
  const { called, caller, started } = record;
  if (called === null) return undefined;
  const match = deck.lookup(called, caller ?? '', asOf ?? started.getTime());
  if (match === undefined || match.isBlocked) return undefined;
  const { afterMicros, billed } = priceBy(match, record);
  return {
    record,
    prefix: match.prefix,
    beforeMicros: parseMicros(record.price) ?? 0n,
    afterMicros,
    terms: termColumns(match, deck, side, billed),
  };
}

function priceBy(match: RateMatch, record: RatedRecord): { afterMicros: Micros; billed: number } {
  const talkMs = Number(record.talkMs);
  if (record.answered === null && talkMs === 0) return { afterMicros: 0n, billed: 0 };
  const increments = `${match.firstSeconds}/${match.nextSeconds}`;
  // Talk is kept in whole ms: by the same increments it is the same seconds, to the last one.
  if (record.increments === increments && record.billedSeconds !== null) {
    const billed = record.billedSeconds;
    return { afterMicros: priceOfBilled(match, billed), billed };
  }
  const { priceMicros, billedSeconds } = priceOf(match, talkMs);
  return { afterMicros: priceMicros, billed: billedSeconds };
}

function termColumns(
  match: RateMatch,
  { header }: CompiledDeck,
  side: Side,
  billed: number,
): Repriced['terms'] {
  const way = side === 'sale' ? 'sell' : 'buy';
  return {
    [`${way}_prefix`]: match.prefix,
    [`${way}_rate`]: formatMicros(match.rateMicrosPerMinute),
    [`${way}_increments`]: `${match.firstSeconds}/${match.nextSeconds}`,
    [`${way}_connect_fee`]: formatMicros(match.connectFeeMicros),
    [`${way}_billed_s`]: billed,
    deck_version: `${header.name}@${header.version}`,
  };
}
