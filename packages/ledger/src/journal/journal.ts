import type { Clock, Log } from '@tandem/engine';
import { mkdir, readdir, rename, stat, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type WrittenRecord, writeRecord } from '../books/close-calls.ts';
import { DirectoryLock } from './directory-lock.ts';
import { closeEntryText, JOURNAL_VERSION, type JournalEntry } from './journal-entry.ts';
import type { Haste } from '../haste.ts';
import { writeJournalLine } from './journal-line.ts';
import type { StepListener } from '../settlement/money-step.ts';
import { readSegmentName, Segment } from './segment.ts';
import { SegmentWriter } from './segment-writer.ts';

/** A segment is closed at this size; the largest that is read again whole. */
const SEGMENT_BYTES_MAX = 16 << 20;
/** Settled segments are kept for a day: a failover may have lost what was committed (R10). */
const KEPT_MS = 86_400_000;
/** Below this no new calls are taken: running ones still have to be written. */
const FREE_BYTES_MIN = 64 << 20;

/** What a journal is opened with. */
export interface JournalOptions {
  readonly directory: string;
  readonly node: string;
  readonly boot: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly segmentBytesMax?: number;
  readonly freeBytesMin?: number;
  /** Hears what happens to records here: writing, synced, retiring. */
  readonly onStep?: StepListener;
}

/**
 * The node's memory of money, until the database has it.
 *
 *   append ──> 0000000001.b1.journal ──rotate──> 0000000002.b1.journal …
 *                     │ all settled, and closed
 *                     v
 *              0000000001.b1.settled ──a day later──> removed
 *
 * An appended entry is on the disk when its promise resolves. One process has the directory.
 */
export class Journal {
  readonly #options: JournalOptions;
  readonly #lock: DirectoryLock;
  readonly #writer: SegmentWriter;
  readonly #left: Segment[];
  readonly #writing = new Set<Segment>();
  #boot: string;
  #sequence: number;
  #freeBytes = Infinity;
  #isLow = false;
  /** The end appended last. */
  #lastEnd: Promise<Segment> | undefined;

  private constructor(options: JournalOptions, lock: DirectoryLock, found: readonly Segment[]) {
    this.#options = options;
    this.#lock = lock;
    this.#boot = options.boot;
    this.#left = found.toSorted((a, b) => a.sequence - b.sequence);
    this.#sequence = this.#left.at(-1)?.sequence ?? 0;
    this.#writer = new SegmentWriter({
      nextSegment: () => this.#nextSegment(),
      onClosed: (segment) => this.#retire(segment),
      segmentBytesMax: options.segmentBytesMax ?? SEGMENT_BYTES_MAX,
      onStep: (step) => options.onStep?.(step),
      clock: options.clock,
      log: options.log,
    });
  }

  /**
   * Opens the directory, and takes it for this process.
   * @throws TandemError LEDGER_JOURNAL_LOCKED, or the file system's error
   */
  static async open(options: JournalOptions): Promise<Journal> {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    const lock = await DirectoryLock.take(options.directory, options.boot);
    try {
      const names = await readdir(options.directory);
      const found = names
        .map((name) => readSegmentName(options.directory, name))
        .filter((segment) => segment !== undefined);
      const journal = new Journal(options, lock, found);
      await journal.look();
      return journal;
    } catch (fault) {
      await lock.release();
      throw fault;
    }
  }

  /** Segments that earlier boots left, the oldest first; whatever of them is owed is replayed. */
  get left(): readonly Segment[] {
    return this.#left.filter(({ state }) => state === 'journal');
  }

  /** Boots whose journal this is, and which therefore do not run any more. */
  get predecessors(): readonly string[] {
    return [...new Set(this.#left.map(({ boot }) => boot))].filter((boot) => boot !== this.#boot);
  }

  /** Records that the database does not have: on the disk, or on their way there. */
  get owed(): number {
    let owed = this.#writer.waiting;
    for (const segment of this.#writing) owed += segment.owed;
    return owed;
  }

  /** Why new calls cannot be taken: the disk is full, or fails; undefined while all is well. */
  get trouble(): string | undefined {
    const { fault } = this.#writer;
    if (fault !== undefined) return fault.message;
    return this.#isLow ? `only ${this.#freeBytes} bytes are free` : undefined;
  }

  /** Bytes free on the journal's disk at the last look. */
  get freeBytes(): number {
    return this.#freeBytes;
  }

  /** Appends an entry; it is on the disk when this resolves. @throws LEDGER_JOURNAL_… */
  append(entry: JournalEntry): Promise<Segment> {
    if (entry.kind === 'close') return this.appendClose(writeRecord(entry.record));
    return this.#writer.append(writeJournalLine(JSON.stringify(entry)));
  }

  /** Appends an entry that is JSON already, as {@link append} does. */
  appendText(text: string, haste: Haste): Promise<Segment> {
    return this.#writer.append(writeJournalLine(text), haste);
  }

  /** Appends the end of a call, as {@link append} does. */
  appendClose(written: WrittenRecord): Promise<Segment> {
    this.#lastEnd = this.#writer.append(writeJournalLine(closeEntryText(written)), 'patient');
    return this.#lastEnd;
  }

  /** Resolves once all ends appended before are on the disk, or refused: lines go in their order. */
  async endsWritten(): Promise<void> {
    await this.#lastEnd?.catch(() => undefined);
  }

  /** The next entries are of another boot of this node, in a segment of their own. */
  async changeBoot(boot: string): Promise<void> {
    await this.#writer.rotate();
    this.#boot = boot;
  }

  /** Closes the present segment: the next entry begins another one. */
  async rotate(): Promise<void> {
    await this.#writer.rotate();
  }

  /** So many records of that segment are in the database, or will never be needed. */
  settled(segment: Segment, count: number): void {
    segment.owed -= count;
    this.#retire(segment);
  }

  /** A segment that an earlier boot left is in the database as a whole. */
  async replayed(segment: Segment, damagedLines: number): Promise<void> {
    this.#options.onStep?.('retiring');
    await rename(segment.path, damagedLines > 0 ? segment.damagedPath : segment.settledPath);
    this.#left.splice(this.#left.indexOf(segment), 1);
  }

  /** Looks at the disk, and removes settled segments a day after their last entry. */
  async look(): Promise<void> {
    const { directory, clock } = this.#options;
    const { bavail, bsize } = await statfs(directory);
    this.#freeBytes = bavail * bsize;
    this.#sayWhetherLow();
    for (const name of await readdir(directory)) {
      if (readSegmentName(directory, name)?.state !== 'settled') continue;
      const path = join(directory, name);
      const { mtimeMs } = await stat(path);
      if (clock.now() - mtimeMs > KEPT_MS) await unlink(path);
    }
  }

  /**
   * The database's history is another one since a failover: all that is kept is owed again. The
   * segments, to be replayed as those of earlier boots.
   */
  async reopenSettled(): Promise<readonly Segment[]> {
    const { directory } = this.#options;
    const reopened: Segment[] = [];
    for (const name of (await readdir(directory)).toSorted()) {
      const segment = readSegmentName(directory, name);
      if (segment?.state !== 'settled') continue;
      await rename(segment.path, segment.owedPath);
      const owed = new Segment(directory, segment.sequence, segment.boot);
      this.#left.push(owed);
      reopened.push(owed);
    }
    return reopened;
  }

  /** Waits for what is on its way to the disk, and gives the directory back. */
  async close(): Promise<void> {
    await this.#writer.close();
    await this.#lock.release();
  }

  #sayWhetherLow(): void {
    const { directory, log, freeBytesMin = FREE_BYTES_MIN } = this.#options;
    const isLow = this.#freeBytes < freeBytesMin;
    if (isLow === this.#isLow) return;
    this.#isLow = isLow;
    const details = { directory, freeBytes: this.#freeBytes, neededBytes: freeBytesMin };
    if (isLow) log.error('too little space for the journal: new calls are refused', details);
    else log.warn('there is space for the journal again: calls are taken', details);
  }

  #nextSegment(): { segment: Segment; firstLine: string } {
    const segment = new Segment(this.#options.directory, ++this.#sequence, this.#boot);
    this.#writing.add(segment);
    const { node } = this.#options;
    const first: JournalEntry = {
      kind: 'begin',
      version: JOURNAL_VERSION,
      node,
      boot: this.#boot,
    };
    return { segment, firstLine: writeJournalLine(JSON.stringify(first)) };
  }

  /** A closed segment of which nothing is owed is settled. */
  #retire(segment: Segment): void {
    if (!segment.isClosed || segment.owed > 0 || !this.#writing.delete(segment)) return;
    this.#options.onStep?.('retiring');
    rename(segment.path, segment.settledPath).catch((fault: unknown) => {
      // It stays as it is, and is replayed at the next start: each charge is made once.
      if (segment.records > 0) {
        const details = { segment: segment.path, fault: String(fault) };
        this.#options.log.warn('a settled journal segment was not renamed', details);
      }
    });
  }
}
