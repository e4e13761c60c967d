import type { Store, StoreTransaction } from '@tandem/store';
import { auditChanges } from '../apply/audit-changes.ts';
import { readRates, replaceRates } from '../apply/stored-rates.ts';
import { compareDeck, type DeckComparison } from '../sheets/compare-deck.ts';
import type { Finding } from '../sheets/finding.ts';
import { readSheet, type Sheet } from '../sheets/read-sheet.ts';
import type { SheetOptions } from '../sheets/sheet-options.ts';
import { archiveRates } from './deck-archive.ts';
import type { ImportProgress } from './import-progress.ts';
import { mergeSheet } from './merge-sheet.ts';
import { rateOfItem } from './rate-forms.ts';

/** The longest statement of an import. */
const STATEMENT_WITHIN_MS = 120_000;

/** How a sheet is to be taken. */
export interface ImportOptions extends Omit<SheetOptions, 'effectiveAt' | 'onProgress'> {
  readonly deck: string;
  readonly kind: 'sell' | 'buy';
  /** Of a deck that is new; one that is there keeps its own. */
  readonly newCurrency: string;
  /** From when rates without a date count, epoch ms; absent: now, or always in a new deck. */
  readonly effectiveAt?: number;
  /** Now, epoch ms. */
  readonly at: number;
  /** The sheet is the whole price list: what it does not name is closed. */
  readonly isComplete: boolean;
  readonly isDryRun: boolean;
  /** Rows with errors are left out, instead of stopping. */
  readonly goesOn: boolean;
  readonly actor: string;
  /** Told every few thousand rows. */
  readonly onProgress?: (progress: ImportProgress) => void;
}

/** What an import did, or would do. */
export interface ImportReport {
  readonly deck: string;
  readonly kind: string;
  readonly currency: string;
  /** Version of the deck after it; null if nothing was written. */
  readonly version: number | null;
  readonly isApplied: boolean;
  /** Why nothing was written; null for a dry run or when all is well. */
  readonly stopped: string | null;
  readonly rows: number;
  readonly leftOut: number;
  readonly new: number;
  readonly up: number;
  readonly down: number;
  readonly closed: number;
  readonly unchanged: number;
  readonly findings: readonly Finding[];
  readonly counts: Readonly<Record<Finding['severity'], number>>;
}

interface DeckHead {
  readonly id: bigint | undefined;
  readonly kind: string;
  readonly currency: string;
  readonly version: bigint;
}

/**
 * Brings a rate sheet into a deck: all of it in one transaction, or nothing. The set of rates it
 * replaces is kept for a rollback. @throws TandemError of the store
 */
export async function importDeck(
  store: Store,
  source: Uint8Array | string,
  options: ImportOptions,
): Promise<ImportReport> {
  return await store.transaction(
    async (transaction) => await importWithin(transaction, source, options),
    STATEMENT_WITHIN_MS,
  );
}

async function importWithin(
  transaction: StoreTransaction,
  source: Uint8Array | string,
  options: ImportOptions,
): Promise<ImportReport> {
  const head = await readHead(transaction, options);
  const stored = head.id === undefined ? [] : await readRates(transaction, head.id);
  const effectiveAt = options.effectiveAt ?? (stored.length === 0 ? 0 : options.at);
  const tell = (stage: ImportProgress['stage']) => (share: number) =>
    options.onProgress?.({ stage, share });
  const { currency } = head;
  const sheet = readSheet(source, { ...options, currency, effectiveAt, onProgress: tell('read') });
  const comparison = compareDeck(stored.map(rateOfItem), sheet.rows, options);
  const stopped = stopReason(head, sheet, comparison, options);
  const report = reportOf(head, sheet, comparison, options, stopped);
  if (stopped !== null || options.isDryRun) return report;
  const id = head.id ?? (await createDeck(transaction, options));
  if (head.id !== undefined) await archiveRates(transaction, id, head.version, options.actor);
  await replaceRates(transaction, id, mergeSheet(stored, comparison), stored, tell('written'));
  const { rows, leftOut, new: added, up, down, closed } = report;
  const after = { file: options.file, rows, leftOut, new: added, up, down, closed };
  const entry = { section: 'decks', name: options.deck, action: 'import', after } as const;
  await auditChanges(transaction, options.actor, [entry]);
  const [written] = await transaction.query<{ version: bigint }>(
    'select version from rate_decks where id = $1',
    [id],
  );
  return { ...report, version: Number(written?.version), isApplied: true };
}

async function readHead(
  transaction: StoreTransaction,
  { deck, kind, newCurrency }: ImportOptions,
): Promise<DeckHead> {
  const [row] = await transaction.query<DeckHead>(
    'select id, kind, currency, version from rate_decks where name = $1 for update',
    [deck],
  );
  return row ?? { id: undefined, kind, currency: newCurrency, version: 0n };
}

async function createDeck(
  transaction: StoreTransaction,
  { deck, kind, newCurrency }: ImportOptions,
): Promise<bigint> {
  const [row] = await transaction.query<{ id: bigint }>(
    'insert into rate_decks (name, kind, currency) values ($1, $2, $3) returning id',
    [deck, kind, newCurrency],
  );
  return row!.id;
}

function stopReason(
  head: DeckHead,
  sheet: Sheet,
  comparison: DeckComparison,
  { deck, kind, goesOn }: ImportOptions,
): string | null {
  if (head.kind !== kind) return `deck "${deck}" is a ${head.kind} deck`;
  if (sheet.rows.length === 0) return 'the sheet has no rates';
  const errors = sheet.counts.error + comparison.counts.error;
  return errors > 0 && !goesOn ? `${errors} errors, and --go-on was not said` : null;
}

function reportOf(
  { kind, currency }: DeckHead,
  sheet: Sheet,
  comparison: DeckComparison,
  { deck }: ImportOptions,
  stopped: string | null,
): ImportReport {
  const counts = {
    error: sheet.counts.error + comparison.counts.error,
    warning: sheet.counts.warning + comparison.counts.warning,
    notice: sheet.counts.notice + comparison.counts.notice,
  };
  return {
    deck,
    kind,
    currency,
    version: null,
    isApplied: false,
    stopped,
    rows: sheet.rowsFound,
    leftOut: sheet.rowsLeftOut,
    new: comparison.added.length,
    up: comparison.raised.length,
    down: comparison.lowered.length,
    closed: comparison.closed.length,
    unchanged: comparison.unchanged.length,
    findings: [...sheet.findings, ...comparison.findings],
    counts,
  };
}
