import { openStore } from '@tandem/store';
import { systemClock } from '@tandem/engine';

const LENGTH_MIN = 4;
const LENGTHS = 8;
/** The longest COPY of a bench. */
const COPY_WITHIN_MS = 300_000;
/** Rows that go to Postgres in one chunk. */
const CHUNK_ROWS = 5_000;

/** Distinct prefixes of 4 to 11 digits, the same in every run. */
export function samplePrefixes(count: number): readonly string[] {
  const distinct = new Set<string>();
  let state = 42;
  const pick = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  while (distinct.size < count) {
    const length = LENGTH_MIN + pick(LENGTHS);
    distinct.add(`${pick(9) + 1}${String(pick(1e9)).padStart(9, '0')}${pick(10)}`.slice(0, length));
  }
  return [...distinct];
}

/** Fills a deck that is there by COPY, like a price list; rates are `least` and up to 0.5 more. */
export async function fillDeck(
  url: string,
  deck: string,
  prefixes: readonly string[],
  least: number,
): Promise<void> {
  const store = await openStore({ url, clock: systemClock, poolSize: 1 });
  try {
    await store.transaction(async (transaction) => {
      const [row] = await transaction.query<{ id: bigint }>(
        'select id from rate_decks where name = $1',
        [deck],
      );
      const columns = 'deck_id, prefix, rate, first, next, effective_at';
      const rows = rowsOf(String(row?.id), prefixes, least);
      await transaction.copyFrom(`copy rates (${columns}) from stdin`, rows);
    }, COPY_WITHIN_MS);
  } finally {
    await store.close();
  }
}

function* rowsOf(deckId: string, prefixes: readonly string[], least: number): Generator<string> {
  for (let from = 0; from < prefixes.length; from += CHUNK_ROWS) {
    yield prefixes
      .slice(from, from + CHUNK_ROWS)
      .map((prefix, row) => rowOf(deckId, prefix, least + ((from + row) % 5_000) / 10_000))
      .join('');
  }
}

function rowOf(deckId: string, prefix: string, rate: number): string {
  const increment = prefix.length % 3 === 0 ? 60 : 1;
  return [deckId, prefix, rate.toFixed(4), increment, increment, '2026-01-01\n'].join('\t');
}
