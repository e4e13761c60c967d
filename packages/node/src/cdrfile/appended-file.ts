import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Log, StopTimer, TimerWheel } from '@tandem/engine';

/** What may wait for the disk; beyond it lines are lost, and that is told. */
const WAITING_CHARACTERS_MAX = 16_000_000;
/** Pause after a write that failed. */
const RETRY_MS = 1_000;

/**
 * A file to which lines are appended in batches: what comes while one is written goes with the
 * next. It is opened anew for each batch, so a file that was moved away is simply made again.
 */
export class AppendedFile {
  readonly #path: string;
  readonly #wheel: TimerWheel;
  readonly #log: Log;
  #waiting: string[] = [];
  #characters = 0;
  #lost = 0;
  #hasFailed = false;
  #writing: Promise<void> | undefined;
  #stopRetry: StopTimer | undefined;

  constructor(path: string, wheel: TimerWheel, log: Log) {
    this.#path = path;
    this.#wheel = wheel;
    this.#log = log;
  }

  /** Lines that never reached the file, since the start. */
  get lost(): number {
    return this.#lost;
  }

  /** Takes a line with its end; never waits, never throws. */
  append(line: string): void {
    if (this.#characters + line.length > WAITING_CHARACTERS_MAX) {
      this.#lost++;
      return;
    }
    this.#characters += line.length;
    this.#waiting.push(line);
    this.#write();
  }

  /** Writes what waits, once more if it must, and ends. */
  async close(): Promise<void> {
    await this.#writing;
    this.#calmDown();
    this.#write();
    await this.#writing;
    this.#calmDown();
    const lines = this.#waiting.length;
    if (lines === 0) return;
    this.#log.error('records of calls were not written', { path: this.#path, lines });
  }

  /** Takes back the attempt that a failed write has set. */
  #calmDown(): void {
    this.#stopRetry?.();
    this.#stopRetry = undefined;
  }

  #write(): void {
    if (this.#writing !== undefined || this.#stopRetry !== undefined) return;
    this.#writing = this.#writeAll().finally(() => {
      this.#writing = undefined;
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      const characters = this.#characters;
      this.#waiting = [];
      try {
        await mkdir(dirname(this.#path), { recursive: true });
        await appendFile(this.#path, batch.join(''));
        this.#characters -= characters;
        if (this.#hasFailed) this.#log.info('records are written again', { path: this.#path });
        this.#hasFailed = false;
      } catch (fault) {
        this.#waiting = [...batch, ...this.#waiting];
        this.#fail(fault);
        return;
      }
    }
  }

  #fail(fault: unknown): void {
    if (!this.#hasFailed) {
      const fields = { path: this.#path, fault: String(fault) };
      this.#log.error('records cannot be written, and wait', fields);
    }
    this.#hasFailed = true;
    this.#stopRetry = this.#wheel.after(RETRY_MS, () => {
      this.#stopRetry = undefined;
      this.#write();
    });
  }
}
