import { TandemError } from '@tandem/engine';
import { spawn } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

/** `flock`'s exit code for "somebody else has it". */
const HELD_BY_OTHERS = 75;

/**
 * The journal's directory belongs to one boot (money rule R14): a lock of the kernel on a file,
 * which ends with the process however that ends. The boot's id is in the file for people.
 */
export class DirectoryLock {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Takes the lock. @throws TandemError LEDGER_JOURNAL_LOCKED when another process has it */
  static async take(directory: string, boot: string): Promise<DirectoryLock> {
    const file = await open(join(directory, 'lock'), 'a+', 0o600);
    try {
      const code = await lockFile(file.fd);
      if (code !== 0) throw new TandemError('LEDGER_JOURNAL_LOCKED', { directory, code });
      await file.truncate(0);
      await file.write(`${boot}\n`);
      return new DirectoryLock(file);
    } catch (fault) {
      await file.close();
      throw fault;
    }
  }

  /** Gives the lock back. */
  async release(): Promise<void> {
    await this.#file.close();
  }
}

/** Node cannot lock: `flock` of util-linux does it on our descriptor, and leaves. */
async function lockFile(fd: number): Promise<number> {
  return await new Promise((resolve, reject) => {
    const args = ['--exclusive', '--nonblock', '--conflict-exit-code', String(HELD_BY_OTHERS), '3'];
    const child = spawn('flock', args, { stdio: ['ignore', 'ignore', 'ignore', fd] });
    child.once('error', (cause) =>
      reject(
        new TandemError(
          'LEDGER_JOURNAL_LOCKED',
          { reason: 'the program flock (package util-linux) cannot be run' },
          { cause },
        ),
      ),
    );
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
