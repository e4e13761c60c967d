import { parseMicros } from '@tandem/messages';
import { CompiledDeck, compileDeck, type DeckHeader, isRounding, type Rate } from '@tandem/rating';
import type { MoneyCaller, Side } from '../books/money-caller.ts';

/** Whose calls are priced anew. */
export interface RatedParty {
  readonly side: Side;
  readonly id: bigint;
  readonly name: string;
  /** The tenant's currency; a carrier's is that of its deck. */
  readonly currency: string | null;
  /** The deck it has now. */
  readonly deckId: bigint | null;
}

/** A deck to price by: the one that serves, or an earlier set of its rates that is kept. */
export interface RatingDeck {
  readonly id: bigint;
  readonly header: DeckHeader;
  readonly isArchived: boolean;
}

/** Finds a tenant, or a carrier's trunk. Undefined: there is none. @throws the store's fault */
export async function findParty(
  caller: MoneyCaller,
  side: Side,
  name: string,
): Promise<RatedParty | undefined> {
  const text =
    side === 'sale'
      ? 'select id, name, currency, deck_id as "deckId" from tenants where name = $1'
      : 'select id, name, null as currency, deck_id as "deckId" from trunks where name = $1';
  const [row] = await caller.call<Omit<RatedParty, 'side'>>(text, [name]);
  return row && { side, ...row };
}

interface DeckRow {
  readonly id: bigint;
  readonly name: string;
  readonly version: bigint;
  readonly currency: string;
  readonly rounding: string;
}

/**
 * Finds the deck that a text names (`sell-a`, or `sell-a@7` for a version that is kept), or without
 * one the party's own. A text: why there is none. @throws the store's fault
 */
export async function findDeck(
  caller: MoneyCaller,
  party: RatedParty,
  named: string | undefined,
): Promise<RatingDeck | string> {
  const [, name = '', version] = /^(.*?)(?:@(\d{1,15}))?$/.exec(named ?? '') ?? [];
  const [row] = await caller.call<DeckRow>(
    `select id, name, version, currency, rounding from rate_decks
     where case when $1 = '' then id = $2::bigint else name = $1 end`,
    [name, party.deckId],
  );
  if (row === undefined) {
    return name === '' ? `${party.name} has no deck` : `there is no deck ${name}`;
  }
  const { id, rounding, currency } = row;
  if (!isRounding(rounding)) return `deck ${row.name} has an unknown rounding: ${rounding}`;
  if (party.currency !== null && party.currency !== currency) {
    return `deck ${row.name} is in ${currency}, ${party.name} pays in ${party.currency}`;
  }
  const wanted = version === undefined ? Number(row.version) : Number(version);
  const isArchived = wanted !== Number(row.version);
  const header = { name: row.name, version: wanted, currency, rounding };
  if (!isArchived) return { id, header, isArchived };
  const known = await caller.call(
    'select from rate_deck_versions where deck_id = $1 and version = $2',
    [id, wanted],
  );
  return known.length === 0
    ? `deck ${row.name} is at version ${row.version}; version ${wanted} is not kept`
    : { id, header, isArchived };
}

interface RateRow {
  readonly prefix: string;
  readonly callerPrefix: string;
  readonly rate: string;
  readonly first: number;
  readonly next: number;
  readonly connectFee: string;
  readonly effective: Date;
  readonly ends: Date | null;
  readonly isBlocked: boolean;
}

/**
 * Compiles what of a deck may meet these numbers, so that each is looked up as a call is: by the
 * same code, dates and callers included. @throws the store's fault
 */
export async function compileFor(
  caller: MoneyCaller,
  { id, header, isArchived }: RatingDeck,
  numbers: readonly string[],
): Promise<CompiledDeck> {
  const prefixes = new Set(['']);
  for (const number of numbers) {
    for (let length = 1; length <= number.length; length++) prefixes.add(number.slice(0, length));
  }
  const table = isArchived ? 'rate_deck_archive' : 'rates';
  const rows = await caller.call<RateRow>(
    `select prefix, caller_prefix as "callerPrefix", rate, first, next,
       connect_fee as "connectFee", effective_at as effective, ends_at as ends,
       is_blocked as "isBlocked"
     from ${table} where deck_id = $1 and prefix = any($2)
       and ${isArchived ? 'version = $3' : '$3::bigint is not null'}`,
    [id, [...prefixes], header.version],
  );
  return compileDeck(header, rows.map(toRate));
}

/** Whether the deck's rates are those that its version names. @throws the store's fault */
export async function isUnchanged(
  caller: MoneyCaller,
  { id, header, isArchived }: RatingDeck,
): Promise<boolean> {
  if (isArchived) return true;
  const [row] = await caller.call<{ version: bigint }>(
    'select version from rate_decks where id = $1',
    [id],
  );
  return row !== undefined && Number(row.version) === header.version;
}

function toRate(row: RateRow): Rate {
  const { prefix, callerPrefix, first, next, isBlocked } = row;
  return {
    prefix,
    callerPrefix,
    rateMicrosPerMinute: parseMicros(row.rate) ?? 0n,
    firstSeconds: first,
    nextSeconds: next,
    connectFeeMicros: parseMicros(row.connectFee) ?? 0n,
    effectiveAt: row.effective.getTime(),
    endsAt: row.ends?.getTime() ?? null,
    isBlocked,
  };
}
