import { appendFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Log, StopTimer, TimerWheel } from '@tandem/engine';

/** What may wait for the disk; beyond it lines are lost, and that is told. */
const WAITING_CHARACTERS_MAX = 16_000_000;
/** Pause after a write that failed. */
const RETRY_MS = 1_000;
/**
 * How long a line waits for others. Opening, writing and closing cost four trips to another
 * thread: at 100 calls a second a sixth of all CPU time, if it is done for each line.
 */
const GATHER_MS = 250;

/**
 * A file to which lines are appended in batches: what comes within a quarter of a second, or while
 * one batch is written, goes together. It is opened anew for each batch, so a file that was moved
 * away is simply made again.
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
  /** Ends the wait for more lines, or for a disk that failed. */
  #stopWaiting: StopTimer | undefined;

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
    if (this.#writing === undefined) this.#writeAfter(GATHER_MS);
  }

  /** Writes what waits, once more if it must, and ends. */
  async close(): Promise<void> {
    await this.#writing;
    this.#writeNow();
    await this.#writing;
    this.#stopWaiting?.();
    const lines = this.#waiting.length;
    if (lines === 0) return;
    this.#log.error('records of calls were not written', { path: this.#path, lines });
  }

  #writeAfter(delayMs: number): void {
    this.#stopWaiting ??= this.#wheel.after(delayMs, () => this.#writeNow());
  }

  #writeNow(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    if (this.#waiting.length === 0) return;
    this.#writing ??= this.#writeBatch().finally(() => {
      this.#writing = undefined;
      if (this.#waiting.length > 0) this.#writeAfter(this.#hasFailed ? RETRY_MS : GATHER_MS);
    });
  }

  async #writeBatch(): Promise<void> {
    const batch = this.#waiting;
    const characters = this.#characters;
    this.#waiting = [];
    try {
      await this.#append(batch.join(''));
      this.#characters -= characters;
      if (this.#hasFailed) this.#log.info('records are written again', { path: this.#path });
      this.#hasFailed = false;
    } catch (fault) {
      this.#waiting = [...batch, ...this.#waiting];
      this.#fail(fault);
    }
  }

  async #append(text: string): Promise<void> {
    try {
      await appendFile(this.#path, text);
    } catch (fault) {
      if (!isNodeFault(fault) || fault.code !== 'ENOENT') throw fault;
      await mkdir(dirname(this.#path), { recursive: true });
      await appendFile(this.#path, text);
    }
  }

  #fail(fault: unknown): void {
    if (!this.#hasFailed) {
      const fields = { path: this.#path, fault: String(fault) };
      this.#log.error('records cannot be written, and wait', fields);
    }
    this.#hasFailed = true;
  }
}

function isNodeFault(fault: unknown): fault is NodeJS.ErrnoException {
  return fault instanceof Error && 'code' in fault;
}
