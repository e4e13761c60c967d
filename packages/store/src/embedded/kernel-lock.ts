import { TandemError } from '@tandem/engine';
import { closeSync, openSync } from 'node:fs';
import { runProgram } from './run-program.ts';

/** `flock`'s own exit code for "somebody else has it". */
const HELD_BY_OTHERS = 75;

/**
 * A lock of the kernel (flock(2)) on a file: it belongs to the open file, so it ends with the
 * last process that has it open, however that process ends; no stale lock, no reused pid.
 *
 * Node cannot lock, so the `flock` program of util-linux does it on our file descriptor and
 * leaves; 3 ms each. Children that are handed the descriptor hold the lock with us.
 */
export class KernelLock {
  readonly path: string;
  #fd: number | undefined;

  /** Opens, and creates, the file; nothing is locked yet. Throws the file system's error. */
  constructor(path: string) {
    this.path = path;
    this.#fd = openSync(path, 'a+', 0o600);
  }

  /** The open file, to hand to a child. */
  get fd(): number {
    if (this.#fd === undefined) throw new Error(`lock ${this.path} is closed`);
    return this.#fd;
  }

  /** Waits up to `waitMs` for a place among the shared holders. False: somebody excludes us. */
  async share(waitMs: number): Promise<boolean> {
    return await this.#lock('--shared', waitMs);
  }

  /**
   * Waits up to `waitMs` to hold it alone. A shared lock held on the same file is given up for
   * it, and is lost when the wait was in vain.
   */
  async exclude(waitMs: number): Promise<boolean> {
    return await this.#lock('--exclusive', waitMs);
  }

  /** Closes the file; the lock ends unless a child was handed the descriptor. */
  close(): void {
    if (this.#fd === undefined) return;
    closeSync(this.#fd);
    this.#fd = undefined;
  }

  async #lock(mode: '--shared' | '--exclusive', waitMs: number): Promise<boolean> {
    const wait = waitMs === 0 ? ['--nonblock'] : ['--wait', String(waitMs / 1000)];
    const args = [mode, ...wait, '--conflict-exit-code', String(HELD_BY_OTHERS), '3'];
    const { code, output } = await runProgram('flock', args, {
      stdio: ['ignore', 'pipe', 'pipe', this.fd],
    });
    if (code === 0) return true;
    if (code === HELD_BY_OTHERS) return false;
    throw new TandemError('STORE_EMBEDDED_UNAVAILABLE', {
      missing: 'the program flock (Debian package util-linux) and a file system with locks',
      file: this.path,
      reason: output,
    });
  }
}
