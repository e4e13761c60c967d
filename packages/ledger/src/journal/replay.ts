import type { Log } from '@tandem/engine';
import type { CloseRecord } from '../books/close-calls.ts';
import type { MoneyCaller } from '../books/money-caller.ts';
import type { OpenCharge } from '../charge/open-charge.ts';
import { orphanRecord } from '../lease/orphan-record.ts';
import { answeredCharge, readJournalEntry } from './journal-entry.ts';
import type { Journal } from './journal.ts';
import type { Segment } from './segment.ts';
import { readSegment } from './segment-reader.ts';

/** What a replay needs. */
export interface ReplayOptions {
  readonly journal: Journal;
  readonly caller: MoneyCaller;
  /** Settles records until each is through. */
  readonly settleAll: (records: readonly CloseRecord[]) => Promise<void>;
  readonly log: Log;
}

/** What a replay found. */
export interface Replayed {
  readonly segments: number;
  readonly records: number;
  readonly damaged: number;
  /** Calls answered and never ended in the journal: closed up to the last sign of life. */
  readonly unended: number;
}

/**
 * Brings what earlier boots of this journal left into the database (money rules R7, R10): all
 * their records, known ones too, and the calls that were answered and whose end nobody wrote. A
 * segment is put away when all of it is through. Throws the store's fault of a plain question.
 */
export async function replayJournal(options: ReplayOptions): Promise<Replayed> {
  const { journal, log } = options;
  const unended = new Map<string, { open: OpenCharge; answeredAt: number }>();
  const lastSeen = new Map<string, number>();
  const segments = [...journal.left];
  const damagedOf = new Map<Segment, number>();
  let count = 0;
  for (const segment of segments) {
    for await (const part of readSegment(segment.path)) {
      damagedOf.set(segment, (damagedOf.get(segment) ?? 0) + part.damaged);
      const records = sortEntries(part.texts, segment, unended, lastSeen);
      count += records.length;
      await options.settleAll(records);
    }
  }
  await closeUnended(options, unended, lastSeen);
  for (const segment of segments) {
    const damaged = damagedOf.get(segment) ?? 0;
    if (damaged > 0) {
      log.error('a journal segment has lines that cannot be read', { path: segment.path, damaged });
    }
    await journal.replayed(segment, damaged);
  }
  const damaged = [...damagedOf.values()].reduce((sum, value) => sum + value, 0);
  return { segments: segments.length, records: count, damaged, unended: unended.size };
}

function sortEntries(
  texts: readonly string[],
  segment: Segment,
  unended: Map<string, { open: OpenCharge; answeredAt: number }>,
  lastSeen: Map<string, number>,
): CloseRecord[] {
  const records: CloseRecord[] = [];
  for (const text of texts) {
    const entry = readJournalEntry(text);
    if (entry?.kind === 'close') {
      records.push(entry.record);
      unended.delete(entry.record.charge);
    } else if (entry?.kind === 'answer') {
      const { answeredAt } = entry;
      const open = answeredCharge(entry);
      unended.set(open.charge, { open, answeredAt });
      sign(lastSeen, segment.boot, answeredAt);
    } else if (entry?.kind === 'beat') sign(lastSeen, segment.boot, entry.at);
  }
  return records;
}

/** The node's own last word on such a call: it corrects what a survivor charged meanwhile. */
async function closeUnended(
  { caller, settleAll }: ReplayOptions,
  unended: ReadonlyMap<string, { open: OpenCharge; answeredAt: number }>,
  lastSeen: Map<string, number>,
): Promise<void> {
  if (unended.size === 0) return;
  const boots = [...new Set([...unended.values()].map(({ open }) => open.boot))];
  const rows = await caller.call<{ boot: string; seen: Date }>(
    'select boot, last_seen as seen from node_boots where boot = any($1)',
    [boots],
  );
  for (const { boot, seen } of rows) sign(lastSeen, boot, seen.getTime());
  const free = await caller.call<{ tenantId: bigint }>(
    `select tenant_id as "tenantId" from billing_policies where orphans = 'free'`,
  );
  const freeTenants = new Set(free.map(({ tenantId }) => String(tenantId)));
  const records = [...unended.values()].map(({ open, answeredAt }) => ({
    ...orphanRecord({
      open,
      answeredAt,
      lastSeenAt: lastSeen.get(open.boot) ?? answeredAt,
      heldAmount: undefined,
      isFree: open.side === 'sale' && freeTenants.has(open.tenantId ?? ''),
    }),
    by: 'owner' as const,
  }));
  await settleAll(records);
}

function sign(lastSeen: Map<string, number>, boot: string, at: number): void {
  lastSeen.set(boot, Math.max(lastSeen.get(boot) ?? 0, at));
}
