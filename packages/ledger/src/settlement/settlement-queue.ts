import {
  type Log,
  TandemError,
  type TimerOwner,
  type TimerWheel,
  WheelTimer,
} from '@tandem/engine';
import { outcomeOf } from '@tandem/store';
import {
  type CloseAnswer,
  type CloseRecord,
  type WrittenRecord,
  writeRecord,
} from '../books/close-calls.ts';
import type { MoneyCaller } from '../books/money-caller.ts';
import { readJournalEntry } from '../journal/journal-entry.ts';
import type { Journal } from '../journal/journal.ts';
import type { Segment } from '../journal/segment.ts';
import { readSegment } from '../journal/segment-reader.ts';
import type { StepListener } from './money-step.ts';
import { settleBatch } from './settle-batch.ts';

/** Records settled in one round trip. */
const BATCH_MAX = 500;
/** Records kept in memory; more are read again from the journal when there is room. */
const WAITING_MAX = 20_000;
/**
 * Records gather for three ticks of the wheel before the first is settled: at 100 calls a second
 * five share a trip to the database, and what they hold is freed no later than anyone notices.
 */
const GATHER_MS = 48;
/** Pauses after a fault: the first one, doubled up to the longest. */
const PAUSE_FIRST_MS = 100;
const PAUSE_MAX_MS = 5_000;

interface Waiting {
  readonly written: WrittenRecord;
  readonly segment: Segment;
  /** When it came, monotonic ms. */
  readonly addedMs: number;
}

/** What a queue needs. */
export interface SettlementOptions {
  readonly caller: MoneyCaller;
  readonly journal: Journal;
  readonly wheel: TimerWheel;
  readonly log: Log;
  /** Hears what became of records, after the commit. Must not throw. */
  readonly onSettled: (answers: readonly CloseAnswer[]) => void;
  readonly recordsInMemoryMax?: number;
  /** Hears what happens to batches: sent, committed. */
  readonly onStep?: StepListener;
}

/**
 * One settles for the whole node: journaled records, batch after batch, until the database has
 * them. What fails is tried again for ever, for a charge is made once; while the database is
 * away records wait in the journal alone once there are many.
 */
export class SettlementQueue implements TimerOwner {
  readonly #options: SettlementOptions;
  readonly #timer = new WheelTimer(this);
  /** Segments that did not fit into memory, and when that began, monotonic ms. */
  readonly #unread = new Map<Segment, number>();
  #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  #pauses = 0;
  readonly #idleListeners: (() => void)[] = [];
  #isClosed = false;
  /** Charges settled, records that were known before, and those set aside, since the start. */
  readonly counts = { charged: 0, late: 0, known: 0, poison: 0, retries: 0 };

  constructor(options: SettlementOptions) {
    this.#options = options;
  }

  /** Takes a record that is on the disk in `segment`. */
  add(written: WrittenRecord, segment: Segment): void {
    segment.given++;
    const max = this.#options.recordsInMemoryMax ?? WAITING_MAX;
    const addedMs = this.#nowMs;
    if (segment.isUnread || this.#waiting.length >= max) {
      segment.isUnread = true;
      if (!this.#unread.has(segment)) this.#unread.set(segment, addedMs);
    } else this.#waiting.push({ written, segment, addedMs });
    if (!this.#timer.isRunning && this.#working === undefined) {
      this.#options.wheel.start(this.#timer, GATHER_MS);
    }
  }

  /** How long the oldest record has waited, ms; 0 if none does. */
  get oldestMs(): number {
    const [unreadMs] = this.#unread.values();
    const addedMs = this.#waiting[0]?.addedMs ?? unreadMs;
    return addedMs === undefined ? 0 : this.#nowMs - Math.min(addedMs, unreadMs ?? addedMs);
  }

  /** Records in memory that wait, and whether there are more on the disk. */
  get isIdle(): boolean {
    return this.#waiting.length === 0 && this.#unread.size === 0 && this.#working === undefined;
  }

  /** Calls back once nothing waits; at once if that is so. */
  onIdle(listener: () => void): void {
    if (this.isIdle) listener();
    else this.#idleListeners.push(listener);
  }

  /** Tries at once: the database is back, or the node ends. */
  hurry(): void {
    this.#pauses = 0;
    this.#options.wheel.stop(this.#timer);
    this.onTimer();
  }

  /** Settles records that are on the disk already, until each batch is through; for replays. */
  async settleAll(records: readonly CloseRecord[]): Promise<void> {
    for (let start = 0; start < records.length; start += BATCH_MAX) {
      await this.#settleSurely(records.slice(start, start + BATCH_MAX).map(writeRecord));
    }
  }

  /** Nothing is begun any more; waits for what runs. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#options.wheel.stop(this.#timer);
    await this.#working;
  }

  /** @internal */
  onTimer(): void {
    if (this.#working !== undefined || this.#isClosed) return;
    this.#working = this.#work().finally(() => {
      this.#working = undefined;
      if (this.isIdle) for (const listener of this.#idleListeners.splice(0)) listener();
    });
  }

  async #work(): Promise<void> {
    while (!this.#isClosed) {
      const batch = this.#waiting.slice(0, BATCH_MAX);
      if (batch.length > 0) {
        if (!(await this.#trySettle(batch.map(({ written }) => written)))) return this.#pause();
        this.#waiting = this.#waiting.slice(batch.length);
        for (const { segment } of batch) {
          segment.settledOnce++;
          this.#options.journal.settled(segment, 1);
        }
      } else {
        const [segment] = this.#unread.keys();
        if (segment === undefined) return;
        if (!(await this.#readAgain(segment))) return this.#pause();
      }
    }
  }

  /** Everything of a segment that did not fit into memory; what was settled before is known. */
  async #readAgain(segment: Segment): Promise<boolean> {
    const { journal, log } = this.#options;
    try {
      if (!segment.isClosed) await journal.rotate();
      for await (const { texts } of readSegment(segment.path)) {
        const records = closesOf(texts);
        for (let start = 0; start < records.length; start += BATCH_MAX) {
          const batch = records.slice(start, start + BATCH_MAX).map(writeRecord);
          if (!(await this.#trySettle(batch))) return false;
        }
      }
    } catch (fault) {
      log.error('a journal segment cannot be read', { path: segment.path, fault: String(fault) });
      return false;
    }
    this.#unread.delete(segment);
    // The file may hold lines that were never acknowledged: those are nobody's debt.
    journal.settled(segment, segment.given - segment.settledOnce);
    return true;
  }

  async #settleSurely(records: readonly WrittenRecord[]): Promise<void> {
    while (!(await this.#trySettle(records))) {
      if (this.#isClosed) throw new TandemError('STORE_CLOSED');
      const delayMs = this.#nextPauseMs();
      await new Promise<void>((resolve) => void this.#options.wheel.after(delayMs, resolve));
    }
  }

  async #trySettle(records: readonly WrittenRecord[]): Promise<boolean> {
    const { caller, log, onSettled, onStep } = this.#options;
    try {
      onStep?.('sent');
      const { answers, poison } = await settleBatch(caller, records);
      onStep?.('committed');
      this.#pauses = 0;
      for (const { outcome } of answers) this.counts[outcome]++;
      this.counts.poison += poison.length;
      for (const { charge, fault } of poison) {
        log.error('a record cannot be settled, and was set aside', { charge, fault });
      }
      onSettled([
        ...answers,
        ...poison.map(({ charge }) => ({ charge, outcome: 'known' as const })),
      ]);
      return true;
    } catch (fault) {
      this.counts.retries++;
      if (outcomeOf(fault) === 'other') {
        log.error('settlement fails, and is tried again', { fault: String(fault) });
      }
      return false;
    }
  }

  get #nowMs(): number {
    return this.#options.wheel.clock.monotonicMs();
  }

  #pause(): void {
    if (!this.#isClosed) this.#options.wheel.start(this.#timer, this.#nextPauseMs());
  }

  #nextPauseMs(): number {
    return Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** Math.min(this.#pauses++, 10));
  }
}

/** The records to be settled among journal texts. */
export function closesOf(texts: readonly string[]): CloseRecord[] {
  const records: CloseRecord[] = [];
  for (const text of texts) {
    const entry = readJournalEntry(text);
    if (entry?.kind === 'close') records.push(entry.record);
  }
  return records;
}
