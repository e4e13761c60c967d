import { TandemError } from '@tandem/engine';
import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { ServerAccount } from './server-account.ts';

/**
 * What lies in the directory of an embedded server:
 *
 *   pgdata/       the cluster; postmaster.pid in it is the port file that nodes join through
 *   password      of the server's only role, 0600
 *   url           the whole address for people, 0600: psql "$(cat url)"
 *   server.log    what the server says
 *   users.lock    shared by every node that uses the server; who gets it alone may end it
 *   server.lock   held by the server itself, from before its first file to its last process
 */
export interface ServerDirectory {
  readonly path: string;
  readonly data: string;
  readonly passwordFile: string;
  readonly urlFile: string;
  readonly logFile: string;
  readonly usersLock: string;
  readonly serverLock: string;
}

/** Makes the directory if needed. Throws STORE_EMBEDDED_DIRECTORY. */
export async function openServerDirectory(path: string): Promise<ServerDirectory> {
  const absolute = resolve(path);
  try {
    // 0711: `postgres` must pass through to its own folder, and sees nothing else.
    await mkdir(absolute, { recursive: true, mode: 0o711 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new TandemError('STORE_EMBEDDED_DIRECTORY', { directory: path, reason }, { cause });
  }
  return {
    path: absolute,
    data: join(absolute, 'pgdata'),
    passwordFile: join(absolute, 'password'),
    urlFile: join(absolute, 'url'),
    logFile: join(absolute, 'server.log'),
    usersLock: join(absolute, 'users.lock'),
    serverLock: join(absolute, 'server.lock'),
  };
}

/** The password, made at the first call. Only the holder of server.lock calls it first. */
export async function ensurePassword(
  { passwordFile }: ServerDirectory,
  account: ServerAccount | undefined,
): Promise<string> {
  const kept = (await readFile(passwordFile, 'utf8').catch(() => '')).trim();
  if (kept !== '') return kept;
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  // initdb, which runs as the server's account, reads it from here.
  if (account !== undefined) await chown(passwordFile, account.uid, account.gid);
  return password;
}
