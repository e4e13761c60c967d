import type { StoreTransaction } from '@tandem/store';
import type { RateItem } from './deck-item.ts';

/** A rate's row, money as text and instants as epoch ms. */
interface RateRow {
  readonly prefix: string;
  readonly caller_prefix: string;
  readonly rate: string;
  readonly first: number;
  readonly next: number;
  readonly connect_fee: string;
  readonly effective_ms: string;
  readonly ends_ms: string | null;
  readonly is_blocked: boolean;
}

/** The rates of a deck as items, in their stable order. */
export async function readRates(
  transaction: StoreTransaction,
  deckId: bigint,
): Promise<RateItem[]> {
  const rows = await transaction.query<RateRow>(
    `select prefix, caller_prefix, rate, first, next, connect_fee,
      floor(extract(epoch from effective_at) * 1000)::text as effective_ms,
      floor(extract(epoch from ends_at) * 1000)::text as ends_ms, is_blocked
      from rates where deck_id = $1`,
    [deckId],
  );
  return rows.map((row) => ({
    prefix: row.prefix,
    callerPrefix: row.caller_prefix,
    rate: row.rate,
    first: row.first,
    next: row.next,
    connectFee: row.connect_fee,
    effectiveAt: Number(row.effective_ms),
    endsAt: row.ends_ms === null ? null : Number(row.ends_ms),
    isBlocked: row.is_blocked,
  }));
}

/** What names a rate within its deck. */
export function rateKey({ prefix, callerPrefix, effectiveAt }: RateItem): string {
  return `${prefix} ${callerPrefix} ${effectiveAt}`;
}

/** All that is to be known of a rate, as a text that differs where rates do. */
export function rateText(rate: RateItem): string {
  const { rate: perMinute, first, next, connectFee, endsAt, isBlocked } = rate;
  return `${rateKey(rate)} ${perMinute} ${first} ${next} ${connectFee} ${endsAt} ${isBlocked}`;
}

/**
 * Replaces the rates of a deck by others, touching only those that differ.
 *
 * @param onProgress told every thousand rates what share was written, 0 to 1
 */
export async function replaceRates(
  transaction: StoreTransaction,
  deckId: bigint,
  rates: readonly RateItem[],
  stored: readonly RateItem[],
  onProgress?: (share: number) => void,
): Promise<void> {
  const wanted = new Set(rates.map(rateText));
  const kept = new Set(stored.map(rateText).filter((text) => wanted.has(text)));
  const gone = stored.filter((rate) => !kept.has(rateText(rate)));
  const added = rates.filter((rate) => !kept.has(rateText(rate)));
  if (gone.length > 0) {
    await transaction.query(
      `delete from rates using unnest($2::text[], $3::text[], $4::bigint[]) as
          gone (prefix, caller_prefix, effective_ms)
        where rates.deck_id = $1 and rates.prefix = gone.prefix
          and rates.caller_prefix = gone.caller_prefix
          and floor(extract(epoch from rates.effective_at) * 1000)::bigint = gone.effective_ms`,
      [
        deckId,
        gone.map(({ prefix }) => prefix),
        gone.map(({ callerPrefix }) => callerPrefix),
        gone.map(({ effectiveAt }) => effectiveAt),
      ],
    );
  }
  if (added.length > 0) {
    await transaction.copyFrom(
      `copy rates (deck_id, prefix, caller_prefix, rate, first, next, connect_fee, effective_at,
        ends_at, is_blocked) from stdin`,
      linesOf(deckId, added, onProgress),
    );
  }
}

/** Rates in one piece of a COPY. */
const CHUNK_RATES = 1_000;

function* linesOf(
  deckId: bigint,
  rates: readonly RateItem[],
  onProgress?: (share: number) => void,
): Generator<string> {
  let lines = '';
  for (const [index, rate] of rates.entries()) {
    const { prefix, callerPrefix, first, next, connectFee, effectiveAt, endsAt } = rate;
    const from = new Date(effectiveAt).toISOString();
    const to = endsAt === null ? '\\N' : new Date(endsAt).toISOString();
    const amounts = `${rate.rate}\t${first}\t${next}\t${connectFee}`;
    const flag = rate.isBlocked ? 't' : 'f';
    lines += `${deckId}\t${prefix}\t${callerPrefix}\t${amounts}\t${from}\t${to}\t${flag}\n`;
    if (index % CHUNK_RATES === CHUNK_RATES - 1) {
      yield lines;
      onProgress?.((index + 1) / rates.length);
      lines = '';
    }
  }
  yield lines;
  onProgress?.(1);
}
