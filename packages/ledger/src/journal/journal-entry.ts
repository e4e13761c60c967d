import type { CloseRecord, WrittenRecord } from '../books/close-calls.ts';
import type { OpenCharge } from '../charge/open-charge.ts';

/**
 * What a journal holds. Readers know the version before theirs too (money rule R22).
 *
 *   begin   who writes; the first line of a segment
 *   answer  a call was answered: charged up to the last sign of life if no close follows
 *   beat    a sign of life, where no database takes one
 *   close   a call or attempt ended: what settlement needs
 */
export type JournalEntry =
  | { readonly kind: 'begin'; readonly version: 1; readonly node: string; readonly boot: string }
  | { readonly kind: 'answer'; readonly open: OpenCharge; readonly answeredAt: number }
  | { readonly kind: 'beat'; readonly at: number }
  | { readonly kind: 'close'; readonly record: CloseRecord };

/** The version that this program writes. */
export const JOURNAL_VERSION = 1;

/** A `close` entry around a record that is JSON already. */
export function closeEntryText({ text }: WrittenRecord): string {
  return `{"kind":"close","record":${text}}`;
}

/** Reads an entry whose checksum was right; undefined if a later version wrote it. */
export function readJournalEntry(text: string): JournalEntry | undefined {
  const entry = JSON.parse(text) as JournalEntry;
  if (entry.kind === 'begin') return entry.version <= JOURNAL_VERSION ? entry : undefined;
  return ENTRY_KINDS.includes(entry.kind) ? entry : undefined;
}

const ENTRY_KINDS: readonly string[] = ['answer', 'beat', 'close'];
