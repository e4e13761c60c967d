import { type StopTimer, systemClock, TandemError } from '@tandem/engine';
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClusterMaking, ensureCluster } from './create-cluster.ts';
import { findFreePort } from './free-port.ts';
import { type Postmaster, readPostmaster } from './postmaster.ts';
import { commandLine } from './server-command.ts';
import type { ServerDirectory } from './server-directory.ts';
import { WARDEN_SCRIPT } from './warden.ts';

/** Settings that the starter gives to the server; several nodes with pools and lanes join it. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  // Refused statements are told to their sender; here they would fill the disk.
  log_min_messages: 'log',
  log_checkpoints: 'off',
  timezone: 'UTC',
};
/** Another program may take the port between the look and the start. */
const PORT_ATTEMPTS = 3;
const READ_PAUSE_MS = 10;
/** Recovery after a crash may take longer; then it goes on, and the next look finds it. */
const READY_WITHIN_MS = 120_000;
const LOG_BYTES_MAX = 1_048_576;
const LOG_TAIL_CHARS = 1_000;

/** What is needed to start the server, beside its directory. */
export interface ServerStart extends ClusterMaking {
  /** Opened, not locked: the warden locks it. Closed by the caller. */
  readonly usersLockFd: number;
  /** A port worth trying first: people have noted the URL, sisters reconnect to it. */
  readonly wantedPort: number | undefined;
  /** Seconds that the server stays without any user. */
  readonly lingerSeconds: number;
  /** Settings beside the usual ones. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * Starts the server, detached, and waits until it takes connections. The caller holds
 * server.lock, so there is no other. Throws STORE_EMBEDDED_START_FAILED.
 */
export async function startServer(
  directory: ServerDirectory,
  start: ServerStart,
): Promise<Postmaster> {
  await ensureCluster(directory, start);
  // Ours by server.lock; Postgres itself would be misled by a stranger with the same pid.
  await rm(join(directory.data, 'postmaster.pid'), { force: true });
  await turnLog(directory);
  for (let attempt = 1; ; attempt++) {
    const port = await findFreePort(attempt === 1 ? start.wantedPort : undefined);
    const warden = spawnWarden(directory, start, port);
    const postmaster = await untilReady(directory, warden).finally(() => warden.unref());
    if (postmaster !== undefined) return postmaster;
    if (attempt === PORT_ATTEMPTS) throw startFailed(directory, await endOfLog(directory));
  }
}

function spawnWarden(directory: ServerDirectory, start: ServerStart, port: number): ChildProcess {
  const settings = Object.entries({ ...SETTINGS, ...start.settings, port: String(port) });
  const { file, args } = commandLine(start.command, [
    'sh',
    '-c',
    WARDEN_SCRIPT,
    'tandem-postgres',
    String(start.lingerSeconds),
    start.binaries.postgres,
    '-D',
    directory.data,
    ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  const log = openSync(directory.logFile, 'a', 0o600);
  try {
    return spawn(file, args, {
      ...start.command.options,
      detached: true,
      stdio: ['ignore', log, log, start.usersLockFd, start.serverLock.fd],
    });
  } finally {
    closeSync(log);
  }
}

/** The ready server, or undefined when it ended instead. */
async function untilReady(
  directory: ServerDirectory,
  warden: ChildProcess,
): Promise<Postmaster | undefined> {
  return await new Promise((resolve, reject) => {
    const giveUpAt = systemClock.monotonicMs() + READY_WITHIN_MS;
    let stopTimer: StopTimer = () => undefined;
    let isOver = false;
    const finish = (postmaster: Postmaster | undefined) => {
      isOver = true;
      stopTimer();
      resolve(postmaster);
    };
    const look = async () => {
      const postmaster = await readPostmaster(directory.data);
      if (isOver) return;
      if (postmaster?.isReady) return finish(postmaster);
      if (systemClock.monotonicMs() > giveUpAt) {
        isOver = true;
        return reject(startFailed(directory, 'it is still not ready; it goes on trying'));
      }
      stopTimer = systemClock.startTimer(READ_PAUSE_MS, () => void look().catch(reject));
    };
    warden.once('error', () => finish(undefined));
    warden.once('exit', () => finish(undefined));
    look().catch(reject);
  });
}

/** The log may not grow for ever: one former file is kept. */
async function turnLog({ logFile }: ServerDirectory): Promise<void> {
  const size = await stat(logFile).then(
    (file) => file.size,
    () => 0,
  );
  if (size > LOG_BYTES_MAX) await rename(logFile, `${logFile}.1`);
}

async function endOfLog({ logFile }: ServerDirectory): Promise<string> {
  const log = await readFile(logFile, 'utf8').catch(() => '');
  return log.slice(-LOG_TAIL_CHARS).trim();
}

function startFailed({ path }: ServerDirectory, reason: string): TandemError {
  return new TandemError('STORE_EMBEDDED_START_FAILED', { directory: path, reason });
}
