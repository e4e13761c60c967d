import type { RateItem } from '../apply/deck-item.ts';
import { rateKey } from '../apply/stored-rates.ts';
import type { DeckComparison } from '../sheets/compare-deck.ts';
import { itemOfRate } from './rate-forms.ts';

/**
 * The rates of a deck after a sheet: new ones stand beside the old ones, which give way when the
 * new ones begin; closed ones end; what has not begun by then goes. Old rates of past calls stay.
 */
export function mergeSheet(
  stored: readonly RateItem[],
  { added, raised, lowered, closed }: DeckComparison,
): RateItem[] {
  const rates = new Map(stored.map((rate) => [rateKey(rate), rate]));
  for (const { before, endsAt, row } of closed) {
    if (row?.isBlocked === true && row.change !== 'closed') {
      const item = itemOfRate(row);
      rates.set(rateKey(item), item);
      continue;
    }
    const item = itemOfRate(before);
    if (item.effectiveAt >= endsAt) rates.delete(rateKey(item));
    else rates.set(rateKey(item), { ...item, endsAt });
  }
  for (const row of [...added, ...[...raised, ...lowered].map((change) => change.row)]) {
    const item = itemOfRate(row);
    rates.set(rateKey(item), item);
  }
  return [...rates.values()];
}
