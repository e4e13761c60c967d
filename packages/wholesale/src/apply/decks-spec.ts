import type { Clock } from '@tandem/engine';
import type { ApplyIssue } from '@tandem/messages';
import type { StoreTransaction } from '@tandem/store';
import { checkRates } from './check-rates.ts';
import { deckItem, type DeckItem, type RateItem } from './deck-item.ts';
import type { SectionSpec } from './section-spec.ts';
import { rateKey, rateText, readRates, replaceRates } from './stored-rates.ts';
import { removeRow, writeRow } from './write-row.ts';

/** The list `decks`: rates given replace the deck's set. */
export function decksSpec(clock: Clock): SectionSpec<DeckItem> {
  return {
    name: 'decks',
    order: 10,
    item: deckItem,
    read: readDecks,
    settle: (deck, stored) => ({
      ...deck,
      rates: [...ratesOf(deck.rates === undefined ? stored : deck)],
    }),
    isSame,
    show: (deck) => ({ ...headerOf(deck), rates: ratesOf(deck).length }),
    showChange,
    draft(draft, items, gone) {
      for (const name of gone) draft.decks.delete(name);
      for (const { name, kind, currency } of items) draft.decks.set(name, { kind, currency });
    },
    check: (deck, stored, _, path) => [
      ...checkHeader(deck, stored, path),
      ...checkRates(deck, ratesOf(stored), clock.now(), path),
    ],
    async write(transaction, deck, stored) {
      const id = await writeRow(transaction, 'rate_decks', ['name'], headerOf(deck));
      await replaceRates(transaction, id, ratesOf(deck), ratesOf(stored));
    },
    remove: async (transaction, name) => await removeRow(transaction, 'rate_decks', name),
  };
}

function ratesOf(deck: DeckItem | undefined): readonly RateItem[] {
  return deck?.rates ?? [];
}

/** Rates have no order: the same set in another one is the same deck. */
function isSame(before: DeckItem, deck: DeckItem): boolean {
  if (before.rounding !== deck.rounding) return false;
  const [stored, wanted] = [ratesOf(before), ratesOf(deck)];
  if (stored.length !== wanted.length) return false;
  const known = new Set(stored.map(rateText));
  return wanted.every((rate) => known.has(rateText(rate)));
}

function headerOf({ name, kind, currency, rounding }: DeckItem) {
  return { name, kind, currency, rounding };
}

async function readDecks(
  transaction: StoreTransaction,
  names: readonly string[],
): Promise<ReadonlyMap<string, DeckItem>> {
  const rows = await transaction.query<Omit<DeckItem, 'rates'> & { id: bigint }>(
    'select id, name, kind, currency, rounding from rate_decks order by name for update',
  );
  const decks = new Map<string, DeckItem>();
  for (const { id, ...header } of rows) {
    const rates = names.includes(header.name) ? await readRates(transaction, id) : [];
    decks.set(header.name, { ...header, rates });
  }
  return decks;
}

/** A deck of an hour ago in another currency would turn every price in it into another one. */
function checkHeader(deck: DeckItem, stored: DeckItem | undefined, path: string): ApplyIssue[] {
  if (stored === undefined) return [];
  return (['kind', 'currency'] as const).flatMap((key) =>
    deck[key] === stored[key]
      ? []
      : [
          {
            path: `${path}.${key}`,
            message: `deck "${deck.name}" has ${key} ${stored[key]}, and keeps it`,
            hint: 'make a new deck',
          },
        ],
  );
}

function showChange(before: DeckItem, after: DeckItem) {
  const old = new Map(ratesOf(before).map((rate) => [rateKey(rate), rateText(rate)]));
  const kept = ratesOf(after).filter((rate) => old.has(rateKey(rate)));
  const changed = kept.filter((rate) => old.get(rateKey(rate)) !== rateText(rate)).length;
  const added = ratesOf(after).length - kept.length;
  const closed = ratesOf(before).length - kept.length;
  const rates = `${ratesOf(after).length} (${added} new, ${changed} changed, ${closed} gone)`;
  const [from, to] = [before.rounding, after.rounding];
  const rounding = from === to ? [{}, {}] : [{ rounding: from }, { rounding: to }];
  return {
    before: { ...rounding[0], rates: String(ratesOf(before).length) },
    after: { ...rounding[1], rates },
  };
}
