import { type Clock, TandemError } from '@tandem/engine';
import { createHash } from 'node:crypto';
import type { ConnectionBounds } from './connection-bounds.ts';
import { ConnectionPool } from './connection-pool.ts';
import { showDatabaseUrl } from './database-url.ts';
import type { LentConnection } from './lent-connection.ts';
import { connectFault } from './query-fault.ts';

/** Statement texts that are kept prepared; one more is sent unprepared. */
const PREPARED_MAX = 500;
const CLOSE_WITHIN_MS = 5_000;

/** What the connections ask of, and tell to, the keeper of the store's state. */
export interface ConnectionsWatch {
  /** Why the database is away; undefined while it is there. */
  fault(): TandemError | undefined;
  /** A connection broke, or could not be made. */
  onTrouble(): void;
}

/**
 * A pool with bounds on everything: connections, waiting, running. It fails fast while the
 * database is down, and an error of an idle connection never leaves it.
 */
export class Connections {
  readonly #bounds: ConnectionBounds;
  readonly #clock: Clock;
  readonly #watch: ConnectionsWatch;
  readonly #names = new Map<string, string>();
  #url: string;
  #pool: ConnectionPool;
  #isClosed = false;

  constructor(url: string, bounds: ConnectionBounds, clock: Clock, watch: ConnectionsWatch) {
    this.#bounds = bounds;
    this.#clock = clock;
    this.#watch = watch;
    this.#url = url;
    this.#pool = this.#makePool();
  }

  /** Lends a connection. Throws STORE_UNREACHABLE, STORE_REFUSED, STORE_BUSY or STORE_CLOSED. */
  async lend(): Promise<LentConnection> {
    if (this.#isClosed) throw new TandemError('STORE_CLOSED', { where: this.#where });
    const away = this.#watch.fault();
    if (away !== undefined) throw new TandemError(away.code, away.details, { cause: away });
    const pool = this.#pool;
    if (pool.waiting >= this.#bounds.waitingMax) {
      throw new TandemError('STORE_BUSY', { where: this.#where, waiting: pool.waiting });
    }
    try {
      return await pool.lend();
    } catch (error) {
      // All connections lent for too long is no trouble of the network.
      if (pool.size >= this.#bounds.poolSize) {
        throw new TandemError('STORE_BUSY', { where: this.#where, waiting: pool.waiting });
      }
      this.#watch.onTrouble();
      throw connectFault(error, this.#where);
    }
  }

  /** Sends one statement on any connection, prepared, in one round trip. */
  async call<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const connection = this.#lendAtOnce() ?? (await this.lend());
    try {
      const name = this.#nameOf(text);
      if (name !== undefined) return await connection.call<Row>({ name, text }, values);
      return (await connection.query<Row>({ text, values })).rows;
    } catch (error) {
      if (error instanceof TandemError && error.code === 'STORE_CONNECTION_LOST')
        this.#watch.onTrouble();
      throw error;
    } finally {
      connection.giveBack();
    }
  }

  /** Goes on at another address: what runs may end at the old one. */
  moveTo(url: string): void {
    if (url === this.#url || this.#isClosed) return;
    const former = this.#pool;
    this.#url = url;
    this.#pool = this.#makePool();
    former.end().catch(() => undefined);
  }

  /** Closes: new loans are refused, lent connections are waited for, 5 s at most. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await new Promise<void>((resolve, reject) => {
      const stopTimer = this.#clock.startTimer(CLOSE_WITHIN_MS, resolve);
      this.#pool.end().finally(stopTimer).then(resolve, reject);
    });
  }

  #lendAtOnce(): LentConnection | undefined {
    const isBarred = this.#isClosed || this.#watch.fault() !== undefined;
    return isBarred ? undefined : this.#pool.lendAtOnce();
  }

  /** The address as faults show it: read anew each time, which costs more than many a loan. */
  get #where(): string {
    return showDatabaseUrl(this.#url);
  }

  #makePool(): ConnectionPool {
    return new ConnectionPool(this.#url, this.#bounds, this.#clock, () => this.#watch.onTrouble());
  }

  #nameOf(text: string): string | undefined {
    const known = this.#names.get(text);
    if (known !== undefined) return known;
    if (this.#names.size >= PREPARED_MAX) return undefined;
    const name = `t_${createHash('sha1').update(text).digest('hex').slice(0, 24)}`;
    this.#names.set(text, name);
    return name;
  }
}
