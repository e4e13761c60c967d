import { type CompiledDeck, DeckBuilder, isRounding } from '@tandem/rating';
import type { Store, StoreTransaction } from '@tandem/store';
import { readSetupRows } from '../setup/setup-rows.ts';
import type { CatalogueLoad, KnownVersions, LoadedDeck } from './catalogue-load.ts';
import { RATE_COLUMNS, RateLines } from './rate-lines.ts';

/** The longest COPY of one deck. */
const STATEMENT_WITHIN_MS = 120_000;

interface DeckRow {
  readonly id: bigint;
  readonly name: string;
  readonly currency: string;
  readonly rounding: string;
  readonly version: bigint;
}

/** What is newer than `known`, and the buffers to move with it. */
export interface LoadResult {
  readonly load: CatalogueLoad;
  readonly transfer: readonly ArrayBuffer[];
}

/**
 * Reads what is newer than `known`, all as of one instant, and compiles it: seconds of work for
 * large decks, so meant for a worker thread. A deck that does not compile comes with its reason;
 * faults of the database are thrown.
 */
export async function loadCatalogue(store: Store, known: KnownVersions): Promise<LoadResult> {
  return await store.transaction(async (transaction) => {
    await transaction.query('set transaction isolation level repeatable read, read only');
    const setup = await readSetupRows(transaction);
    const rows = await transaction.query<DeckRow>(
      'select id, name, currency, rounding, version from rate_decks order by id',
    );
    const decks: LoadedDeck[] = [];
    const transfer: ArrayBuffer[] = [];
    for (const row of rows) {
      if (known.decks.get(row.id) === row.version) continue;
      decks.push(await loadDeck(transaction, row, transfer));
    }
    const deckIds = rows.map(({ id }) => id);
    const load = known.setup === setup.version ? { decks, deckIds } : { setup, decks, deckIds };
    return { load, transfer };
  }, STATEMENT_WITHIN_MS);
}

async function loadDeck(
  transaction: StoreTransaction,
  row: DeckRow,
  transfer: ArrayBuffer[],
): Promise<LoadedDeck> {
  const { id, name, version } = row;
  try {
    const compiled = await compile(transaction, row);
    const { message, transfer: buffers } = compiled.toTransferable();
    transfer.push(...buffers);
    return { id, version, deck: message };
  } catch (error) {
    // What the rates themselves say wrong; the database's own faults end the load.
    if (error instanceof RangeError) return { id, version, name, fault: error.message };
    throw error;
  }
}

async function compile(transaction: StoreTransaction, row: DeckRow): Promise<CompiledDeck> {
  const { name, currency, rounding, version } = row;
  if (!isRounding(rounding)) throw new RangeError(`unknown rounding ${rounding}`);
  const header = { name, currency, rounding, version: Number(version) };
  const builder = new DeckBuilder(header);
  // Sorting a million rates for nothing would take longer than reading some decks twice.
  if (!(await readInto(builder, transaction, row.id, ''))) return builder.build();
  const ordered = new DeckBuilder(header);
  await readInto(ordered, transaction, row.id, ' order by effective_at');
  return ordered.build();
}

/** Reads a deck's rates; whether any began within a millisecond, so that their order matters. */
async function readInto(
  builder: DeckBuilder,
  transaction: StoreTransaction,
  deckId: bigint,
  order: string,
): Promise<boolean> {
  const lines = new RateLines(builder);
  const statement = `copy (select ${RATE_COLUMNS} from rates where deck_id = ${deckId}${order}) to stdout`;
  await transaction.copyRows(statement, (bytes, from, to) => lines.add(bytes, from, to));
  return lines.hasPartsOfMs;
}
