import { TandemError } from '@tandem/engine';
import { access, chown, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelLock } from './kernel-lock.ts';
import type { NativeBinaries } from './native-binaries.ts';
import { runProgram } from './run-program.ts';
import type { ServerAccount } from './server-account.ts';
import { commandLine, type ServerCommand } from './server-command.ts';
import { ensurePassword, type ServerDirectory } from './server-directory.ts';

/** The server's only role, its owner. */
export const ROLE = 'tandem';

/** What initdb needs beside the directory. */
export interface ClusterMaking {
  readonly binaries: NativeBinaries;
  readonly account: ServerAccount | undefined;
  readonly command: ServerCommand;
  readonly serverLock: KernelLock;
}

/**
 * Runs initdb if there is no cluster yet; the caller holds server.lock. It is made beside its
 * place and moved there whole, so a kill in between leaves nothing half made.
 * Throws STORE_EMBEDDED_START_FAILED.
 */
export async function ensureCluster(
  directory: ServerDirectory,
  making: ClusterMaking,
): Promise<void> {
  if (await isThere(join(directory.data, 'PG_VERSION'))) return;
  await removeRemains(directory);
  await ensurePassword(directory, making.account);

  const unfinished = `${directory.data}.new`;
  await mkdir(unfinished, { mode: 0o700 });
  const { account } = making;
  if (account !== undefined) await chown(unfinished, account.uid, account.gid);

  const { code, output } = await initdb(unfinished, directory, making);
  if (code !== 0) {
    const details = { directory: directory.path, reason: `initdb: ${output}` };
    throw new TandemError('STORE_EMBEDDED_START_FAILED', details);
  }
  await rename(unfinished, directory.data);
}

async function initdb(data: string, directory: ServerDirectory, making: ClusterMaking) {
  const { file, args } = commandLine(making.command, [
    making.binaries.initdb,
    `--pgdata=${data}`,
    `--username=${ROLE}`,
    `--pwfile=${directory.passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
  ]);
  // The lock goes along: if we are killed, nobody starts anew before initdb has ended.
  return await runProgram(file, args, {
    ...making.command.options,
    stdio: ['ignore', 'pipe', 'pipe', making.serverLock.fd],
  });
}

/** Remains of an initdb that was killed: in `.new`, or an emptied data folder. */
async function removeRemains(directory: ServerDirectory): Promise<void> {
  await rm(`${directory.data}.new`, { recursive: true, force: true });
  const files = await readdir(directory.data).catch(() => []);
  if (files.length === 0) return await rm(directory.data, { recursive: true, force: true });
  throw new TandemError('STORE_EMBEDDED_DIRECTORY', {
    directory: directory.path,
    reason: `${directory.data} holds files, but no Postgres cluster; move them away`,
  });
}

async function isThere(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
