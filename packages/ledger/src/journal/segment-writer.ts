import { type Clock, type Log, TandemError } from '@tandem/engine';
import { constants, type FileHandle, open, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Haste } from '../haste.ts';
import type { StepListener } from '../settlement/money-step.ts';
import type { Segment } from './segment.ts';

/** Lines that may wait for the disk; beyond it the disk does not keep up, and lines are refused. */
const WAITING_MAX = 20_000;
/**
 * Least time from one write to the next, ms, unless a line is urgent. The first one after a quiet
 * moment is written at once; each write costs two changes of thread, whatever its size.
 */
const BETWEEN_WRITES_MS = 32;

/**
 * A new file, each write of which is on the disk when it returns: one trip to another thread, where
 * a write and an fdatasync take two.
 */
const { O_APPEND, O_CREAT, O_DSYNC, O_EXCL, O_WRONLY } = constants;
const APPEND_DURABLY = O_APPEND | O_CREAT | O_DSYNC | O_EXCL | O_WRONLY;

interface Waiting {
  readonly line: string;
  readonly resolve: (segment: Segment) => void;
  readonly reject: (fault: unknown) => void;
}

/** What a writer needs of its journal. */
export interface SegmentWriterHost {
  /** The next segment, and the line that it begins with. */
  nextSegment(): { readonly segment: Segment; readonly firstLine: string };
  /** Nothing more is appended to that segment. */
  onClosed(segment: Segment): void;
  readonly segmentBytesMax: number;
  readonly onStep: StepListener;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Appends lines, many at a time: one durable write for all that came in one turn of the loop, or
 * within 32 ms of the write before. A line is acknowledged only then. After a failed write
 * the segment is given up, for nobody knows what of it the disk has; the next lines go to a new
 * one, and those not acknowledged are refused, to be told again.
 */
export class SegmentWriter {
  readonly #host: SegmentWriterHost;
  #waiting: Waiting[] = [];
  #flushing: Promise<void> | undefined;
  #file: FileHandle | undefined;
  #segment: Segment | undefined;
  #bytes = 0;
  #flying = 0;
  #wantsNext = false;
  /** When the last write began, monotonic ms. */
  #writtenMs = -Infinity;
  /** Ends the time until the next write; undefined while nobody waits for it. */
  #endPause: (() => void) | undefined;
  #isHurried = false;
  /** Why the last write failed; undefined while all is well. */
  fault: TandemError | undefined;

  constructor(host: SegmentWriterHost) {
    this.#host = host;
  }

  /** Lines that are not acknowledged yet. */
  get waiting(): number {
    return this.#waiting.length + this.#flying;
  }

  /**
   * Appends a line; one without haste waits for others. Resolves with its segment once it is on the
   * disk. @throws LEDGER_JOURNAL_…
   */
  append(line: string, haste: Haste = 'urgent'): Promise<Segment> {
    if (this.#waiting.length >= WAITING_MAX) {
      return Promise.reject(
        new TandemError('LEDGER_JOURNAL_BUSY', { waiting: this.#waiting.length }),
      );
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      if (haste === 'urgent') this.#hurry();
      this.#flushing ??= this.#flushLater();
    });
  }

  /** Lets the next line begin a new segment; resolves once the present one is closed. */
  async rotate(): Promise<void> {
    this.#wantsNext = true;
    this.#hurry();
    await (this.#flushing ??= this.#flushLater());
  }

  /** Writes what waits, and closes the file. */
  async close(): Promise<void> {
    this.#hurry();
    while (this.#flushing !== undefined) await this.#flushing;
    await this.#closeFile();
  }

  async #flushLater(): Promise<void> {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    while (this.#waiting.length > 0 || this.#wantsNext) {
      if (!this.#isHurried) await this.#untilDue();
      this.#isHurried = false;
      this.#writtenMs = this.#host.clock.monotonicMs();
      if (this.#wantsNext) {
        this.#wantsNext = false;
        await this.#closeFile();
      }
      const batch = this.#waiting;
      this.#waiting = [];
      this.#flying = batch.length;
      if (batch.length > 0) await this.#flush(batch);
      this.#flying = 0;
    }
    this.#flushing = undefined;
  }

  #hurry(): void {
    this.#isHurried = true;
    this.#endPause?.();
  }

  async #untilDue(): Promise<void> {
    const { clock } = this.#host;
    const earlyMs = this.#writtenMs + BETWEEN_WRITES_MS - clock.monotonicMs();
    if (earlyMs <= 0) return;
    await new Promise<void>((resolve) => {
      const stop = clock.startTimer(earlyMs, resolve);
      this.#endPause = () => {
        stop();
        resolve();
      };
    });
    this.#endPause = undefined;
  }

  async #flush(batch: readonly Waiting[]): Promise<void> {
    try {
      if (this.#file === undefined) await this.#openNext();
      this.#host.onStep('writing');
      await this.#write(
        batch.length === 1 ? batch[0]!.line : batch.map(({ line }) => line).join(''),
      );
      this.#host.onStep('synced');
    } catch (cause) {
      await this.#fail(cause, batch);
      return;
    }
    if (this.fault !== undefined) this.#host.log.warn('the journal can be written again');
    this.fault = undefined;
    const segment = this.#segment!;
    segment.records += batch.length;
    segment.owed += batch.length;
    // From now on they are owed by their segment.
    this.#flying = 0;
    for (const { resolve } of batch) resolve(segment);
    if (this.#bytes >= this.#host.segmentBytesMax) await this.#closeFile();
  }

  async #write(text: string): Promise<void> {
    const bytes = Buffer.from(text);
    let offset = 0;
    while (offset < bytes.length) {
      const { bytesWritten } = await this.#file!.write(bytes, offset);
      offset += bytesWritten;
    }
    this.#bytes += bytes.length;
  }

  async #openNext(): Promise<void> {
    const { segment, firstLine } = this.#host.nextSegment();
    this.#bytes = 0;
    this.#file = await open(segment.path, APPEND_DURABLY, 0o600);
    this.#segment = segment;
    await this.#write(firstLine);
    // The file's name is in its directory, which has a disk block of its own.
    const directory = await open(dirname(segment.path), 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }

  async #closeFile(): Promise<void> {
    const segment = this.#segment;
    const file = this.#file;
    this.#segment = undefined;
    this.#file = undefined;
    await file?.close().catch(() => undefined);
    if (segment === undefined) return;
    segment.isClosed = true;
    this.#host.onClosed(segment);
  }

  async #fail(cause: unknown, batch: readonly Waiting[]): Promise<void> {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const fault = new TandemError('LEDGER_JOURNAL_UNWRITABLE', { reason }, { cause });
    if (this.fault === undefined) {
      this.#host.log.error('the journal cannot be written: new calls are refused', { reason });
    }
    this.fault = fault;
    const isUseless = this.#segment?.records === 0;
    const path = this.#segment?.path;
    await this.#closeFile();
    // A full disk is not filled with empty segments.
    if (isUseless && path !== undefined) await unlink(path).catch(() => undefined);
    for (const { reject } of batch) reject(fault);
  }
}
