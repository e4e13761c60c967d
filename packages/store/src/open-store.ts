import { type Clock, TandemError } from '@tandem/engine';
import { type ConnectionBounds, DEFAULT_BOUNDS } from './connection-bounds.ts';
import { checkDatabaseUrl } from './database-url.ts';
import { EmbeddedServer } from './embedded/embedded-server.ts';
import { silentLog, type StoreLog } from './log.ts';
import { Store } from './store.ts';

/** Which database, and within which bounds. */
export interface StoreOptions extends Partial<ConnectionBounds> {
  /** `postgres://user:password@host:5432/database`; absent: the embedded server. */
  readonly url?: string;
  /** Where the embedded server lives; needed when there is no `url`. */
  readonly directory?: string;
  readonly clock: Clock;
  readonly onLog?: StoreLog;
}

/**
 * Opens the store. A database that cannot be reached yet is no error: the store is `down`, says
 * so, and goes on trying; `ready()` tells whoever must have it. Throws STORE_URL_INVALID, and
 * STORE_EMBEDDED_… when an embedded server is wanted and cannot be had.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { url, directory, clock, onLog = silentLog, ...given } = options;
  const bounds: ConnectionBounds = { ...DEFAULT_BOUNDS, ...given };
  if (url !== undefined) checkDatabaseUrl(url);
  const server = url === undefined ? await joinServer(directory, onLog) : undefined;
  const store = new Store({ url: url ?? server?.url ?? '', server, clock, bounds, onLog });
  await store.start();
  return store;
}

async function joinServer(directory: string | undefined, onLog: StoreLog) {
  if (directory === undefined) {
    const reason = 'neither `url` nor `directory` was given';
    throw new TandemError('STORE_EMBEDDED_DIRECTORY', { reason });
  }
  return await EmbeddedServer.join({ directory, onLog });
}
