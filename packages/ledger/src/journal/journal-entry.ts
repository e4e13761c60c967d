import type { CloseRecord, WrittenRecord } from '../books/close-calls.ts';
import { type LegNote, type OpenCharge, withNote } from '../charge/open-charge.ts';

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
  | {
      readonly kind: 'answer';
      readonly open: OpenCharge;
      /** What is known of the leg by now; absent in entries of an earlier release. */
      readonly note?: LegNote | undefined;
      readonly answeredAt: number;
    }
  | { readonly kind: 'beat'; readonly at: number }
  | { readonly kind: 'close'; readonly record: CloseRecord };

/** The version that this program writes. */
export const JOURNAL_VERSION = 1;

/** A `close` entry around a record that is JSON already. */
export function closeEntryText({ text }: WrittenRecord): string {
  return `{"kind":"close","record":${text}}`;
}

/** An `answer` entry around a charge that is JSON already: it stands on the hold, too. */
export function answerEntryText(openText: string, note: LegNote, answeredAt: number): string {
  return `{"kind":"answer","open":${openText},"note":${JSON.stringify(note)},"answeredAt":${answeredAt}}`;
}

/** The charge of an answered call, with what was known of its leg. */
export function answeredCharge({ open, note }: JournalEntry & { kind: 'answer' }): OpenCharge {
  return note === undefined ? open : withNote(open, note);
}

/** Reads an entry whose checksum was right; undefined if a later version wrote it. */
export function readJournalEntry(text: string): JournalEntry | undefined {
  const entry = JSON.parse(text) as JournalEntry;
  if (entry.kind === 'begin') return entry.version <= JOURNAL_VERSION ? entry : undefined;
  return ENTRY_KINDS.includes(entry.kind) ? entry : undefined;
}

const ENTRY_KINDS: readonly string[] = ['answer', 'beat', 'close'];
