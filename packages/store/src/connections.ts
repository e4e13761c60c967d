import { type Clock, TandemError } from '@tandem/engine';
import { createHash } from 'node:crypto';
import { Pool } from 'pg';
import type { ConnectionBounds } from './connection-bounds.ts';
import { showDatabaseUrl } from './database-url.ts';
import { LentConnection } from './lent-connection.ts';
import { connectFault } from './query-fault.ts';
import { valueParsers } from './value-parsers.ts';

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
  #pool: Pool;
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
    if (pool.waitingCount >= this.#bounds.waitingMax) {
      throw new TandemError('STORE_BUSY', { where: this.#where, waiting: pool.waitingCount });
    }
    try {
      return new LentConnection(await pool.connect(), this.#bounds.statementTimeoutMs);
    } catch (error) {
      // All connections lent for too long is no trouble of the network.
      if (pool.totalCount >= this.#bounds.poolSize) {
        throw new TandemError('STORE_BUSY', { where: this.#where, waiting: pool.waitingCount });
      }
      this.#watch.onTrouble();
      throw connectFault(error, this.#where);
    }
  }

  /** Sends one statement on any connection, prepared, in one round trip. */
  async call<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    const connection = await this.lend();
    try {
      const name = this.#nameOf(text);
      const statement = { text, values, ...(name === undefined ? {} : { name }) };
      return (await connection.query<Row>(statement)).rows;
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

  /** The address as faults show it: read anew each time, which costs more than many a loan. */
  get #where(): string {
    return showDatabaseUrl(this.#url);
  }

  #makePool(): Pool {
    const { poolSize, connectTimeoutMs, statementTimeoutMs, idleTimeoutMs } = this.#bounds;
    const pool = new Pool({
      connectionString: this.#url,
      max: poolSize,
      connectionTimeoutMillis: connectTimeoutMs,
      idleTimeoutMillis: idleTimeoutMs,
      statement_timeout: statementTimeoutMs,
      application_name: this.#bounds.applicationName,
      keepAlive: true,
      types: valueParsers,
    });
    pool.on('error', () => this.#watch.onTrouble());
    // The pool stops listening before whoever borrows begins: an error that comes in the same
    // packet as "ready" would meet nobody, and end the process.
    pool.on('connect', (client) => client.on('error', () => this.#watch.onTrouble()));
    return pool;
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
