import { isFault, TandemError } from '@tandem/engine';
import { closeSync, openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { silentLog, type StoreLog } from '../log.ts';
import { ROLE } from './create-cluster.ts';
import { endServer } from './end-server.ts';
import { ensureDatabase } from './ensure-database.ts';
import { KernelLock } from './kernel-lock.ts';
import { findNativeBinaries } from './native-binaries.ts';
import { type Postmaster, readPostmaster } from './postmaster.ts';
import { serverAccount } from './server-account.ts';
import { findServerCommand } from './server-command.ts';
import { openServerDirectory, type ServerDirectory } from './server-directory.ts';
import { startServer } from './start-server.ts';

/** Which server to join, and how it is started if we are the first. */
export interface EmbeddedServerOptions {
  /** Where the server lives; one server per directory. */
  readonly directory: string;
  /** The database to connect to, made if it is not there. */
  readonly database?: string;
  readonly onLog?: StoreLog;
  /** Seconds that the server stays when its last user has gone. */
  readonly lingerSeconds?: number;
  /** Postgres settings beside the usual ones; they count for whoever starts it. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** A server that is ending keeps newcomers out; Postgres is given 20 s for it. */
const ENDING_WITHIN_MS = 30_000;
/** Recovery after a crash included. */
const JOIN_ATTEMPTS_MAX = 1_200;
const JOIN_PAUSE_MS = 100;

/**
 * Our place among the users of the directory's server.
 *
 *   join:   share users.lock ── server.lock free? ── yes: start it, it takes the lock along
 *                                        └─ no: there is one: read its port, connect
 *   close:  others share users.lock? ── yes: leave
 *                                └─ no: end the server, wait until server.lock is free
 *
 * A node that is killed leaves by the kernel closing its files; the warden sees that.
 */
export class EmbeddedServer {
  readonly #directory: ServerDirectory;
  readonly #options: EmbeddedServerOptions;
  readonly #log: StoreLog;
  #users: KernelLock | undefined;
  #url = '';

  private constructor(directory: ServerDirectory, options: EmbeddedServerOptions) {
    this.#directory = directory;
    this.#options = options;
    this.#log = options.onLog ?? silentLog;
  }

  /** Joins the directory's server, starting it when there is none. Throws STORE_EMBEDDED_…. */
  static async join(options: EmbeddedServerOptions): Promise<EmbeddedServer> {
    if (process.platform === 'win32') {
      const missing = 'a system with flock, such as Linux';
      throw new TandemError('STORE_EMBEDDED_UNAVAILABLE', { missing });
    }
    const server = new EmbeddedServer(await openServerDirectory(options.directory), options);
    try {
      await server.#enlist();
      await server.revive();
    } catch (error) {
      await server.close();
      throw error;
    }
    return server;
  }

  /** Where it is reached, password included. A revived server may have another port. */
  get url(): string {
    return this.#url;
  }

  /**
   * Finds the server, or starts it again if it has died; answers with its URL.
   * Throws STORE_EMBEDDED_… when it cannot be had.
   */
  async revive(): Promise<string> {
    const lock = this.#open(this.#directory.serverLock);
    let problem: unknown = 'its lock is held, but it takes no connections';
    try {
      for (let attempt = 0; attempt < JOIN_ATTEMPTS_MAX; attempt++) {
        if (await lock.exclude(attempt === 0 ? 0 : JOIN_PAUSE_MS)) {
          return await this.#start(lock);
        }
        // Somebody has the lock: a server, or a node that is about to start one and has not
        // removed the port file of the former yet.
        const postmaster = await readPostmaster(this.#directory.data);
        if (postmaster?.isReady !== true) continue;
        try {
          return await this.#connect(postmaster);
        } catch (error) {
          problem = error;
        }
      }
    } finally {
      lock.close();
    }
    throw this.#startFailed(problem);
  }

  /** Leaves; the last user ends the server and waits for its end, unless it lingers. */
  async close(): Promise<void> {
    const users = this.#users;
    this.#users = undefined;
    if (users === undefined) return;
    try {
      if ((this.#options.lingerSeconds ?? 0) > 0) return;
      // Neither alone nor among others: the warden has it, and the server is ending.
      const isAlone = await users.exclude(0);
      if (!isAlone && (await users.share(0))) return;
      if (await endServer(this.#directory, isAlone)) return;
      const details = { directory: this.#directory.path };
      this.#log({ level: 'warning', text: 'the embedded Postgres is slow to end', details });
    } finally {
      users.close();
    }
  }

  async #enlist(): Promise<void> {
    this.#users = this.#open(this.#directory.usersLock);
    if (await this.#users.share(ENDING_WITHIN_MS)) return;
    throw this.#startFailed('the former server does not end');
  }

  async #start(serverLock: KernelLock): Promise<string> {
    const binaries = await findNativeBinaries();
    const account = await serverAccount(this.#directory.data);
    const command = await findServerCommand(account, binaries, this.#directory.path);
    const usersLockFd = openSync(this.#directory.usersLock, 'a+', 0o600);
    try {
      const postmaster = await startServer(this.#directory, {
        binaries,
        account,
        command,
        serverLock,
        usersLockFd,
        wantedPort: await this.#formerPort(),
        lingerSeconds: this.#options.lingerSeconds ?? 0,
        settings: this.#options.settings ?? {},
      });
      const { pid, port } = postmaster;
      const details = { directory: this.#directory.path, port, pid };
      this.#log({ level: 'info', text: 'started the embedded Postgres', details });
      return await this.#connect(postmaster);
    } catch (error) {
      throw isFault(error) ? error : this.#startFailed(error);
    } finally {
      closeSync(usersLockFd);
    }
  }

  /** Makes sure that the running server takes us, and of our database. */
  async #connect({ port }: Postmaster): Promise<string> {
    const password = (await readFile(this.#directory.passwordFile, 'utf8')).trim();
    const url = `postgres://${ROLE}:${password}@127.0.0.1:${port}`;
    const database = this.#options.database ?? 'tandem';
    await ensureDatabase(`${url}/postgres`, database);
    this.#url = `${url}/${database}`;
    await writeFile(this.#directory.urlFile, `${this.#url}\n`, { mode: 0o600 });
    return this.#url;
  }

  async #formerPort(): Promise<number | undefined> {
    const text = await readFile(this.#directory.urlFile, 'utf8').catch(() => '');
    return URL.canParse(text) ? Number(new URL(text).port) : undefined;
  }

  #startFailed(cause: unknown): TandemError {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const details = { directory: this.#directory.path, reason };
    return new TandemError('STORE_EMBEDDED_START_FAILED', details, { cause });
  }

  #open(path: string): KernelLock {
    try {
      return new KernelLock(path);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      const details = { directory: this.#directory.path, reason };
      throw new TandemError('STORE_EMBEDDED_DIRECTORY', details, { cause });
    }
  }
}
