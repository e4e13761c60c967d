import { KernelLock } from './kernel-lock.ts';
import { readPostmaster } from './postmaster.ts';
import type { ServerDirectory } from './server-directory.ts';

const SHUTDOWN_WITHIN_MS = 10_000;

/**
 * Waits until the last process of the server has gone; false when that takes over 10 s.
 * @param isOurTask whether we are to tell it; if not, the warden does
 */
export async function endServer(directory: ServerDirectory, isOurTask: boolean): Promise<boolean> {
  const lock = new KernelLock(directory.serverLock);
  try {
    if (await lock.exclude(0)) return true;
    const postmaster = isOurTask ? await readPostmaster(directory.data) : undefined;
    if (postmaster !== undefined) shutDownFast(postmaster.pid);
    return await lock.exclude(SHUTDOWN_WITHIN_MS);
  } finally {
    lock.close();
  }
}

/** SIGINT is Postgres's "fast": transactions are rolled back, the data files are completed. */
function shutDownFast(pid: number): void {
  try {
    process.kill(pid, 'SIGINT');
  } catch {
    // It ended by itself between our look and now.
  }
}
