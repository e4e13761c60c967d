import { type Clock, TandemError } from '@tandem/engine';
import { createHash } from 'node:crypto';
import { Pool, type PoolClient } from 'pg';
import { ANSWER_GRACE_MS, type ConnectionBounds } from './connection-bounds.ts';
import { showDatabaseUrl } from './database-url.ts';
import { isStalePlan } from './outcome.ts';
import { connectFault, statementFault } from './query-fault.ts';
import { valueParsers } from './value-parsers.ts';

/** A statement for a connection: its text, its parameters, and how long it may run. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Prepared under this name on each connection that meets it. */
  readonly name?: string;
  /** Longer than the pool's bound only if the server was told so as well. */
  readonly timeoutMs?: number;
}

/** What a statement brought: its rows, and how many it touched. */
export interface StatementResult<Row> {
  readonly rows: Row[];
  readonly rowCount: number | null;
  readonly command: string;
}

/** Statement texts that are kept prepared; one more is sent unprepared. */
const PREPARED_MAX = 500;
const CLOSE_WITHIN_MS = 5_000;

/** A connection lent by {@link Connections}: give it back once, whatever happened. */
export class LentConnection {
  readonly #client: PoolClient;
  readonly #statementTimeoutMs: number;
  readonly #swallow = (): void => void (this.#isBroken = true);
  #isBroken = false;

  /** @internal Made by {@link Connections.lend}. */
  constructor(client: PoolClient, statementTimeoutMs: number) {
    this.#client = client;
    this.#statementTimeoutMs = statementTimeoutMs;
    // The pool does not listen while a connection is lent: a server that dies between two
    // statements of a transaction would end the process.
    client.on('error', this.#swallow);
  }

  /** The driver's connection, for COPY streams. Who uses it handles its errors. */
  get client(): PoolClient {
    return this.#client;
  }

  /** Whether it broke, or was marked as unusable. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Sends a statement. Throws STORE_STATEMENT_FAILED or STORE_CONNECTION_LOST. */
  async query<Row>({ text, values, name, timeoutMs }: Statement): Promise<StatementResult<Row>> {
    const query = {
      text,
      ...(values === undefined ? {} : { values: [...values] }),
      ...(name === undefined ? {} : { name }),
      query_timeout: (timeoutMs ?? this.#statementTimeoutMs) + ANSWER_GRACE_MS,
    };
    try {
      const { rows, rowCount, command } = await this.#client.query(query);
      return { rows: rows as Row[], rowCount, command };
    } catch (error) {
      const fault = statementFault(error);
      if (fault.code === 'STORE_CONNECTION_LOST' || isStalePlan(error)) this.breakOff();
      throw fault;
    }
  }

  /** Marks it as unusable: it is closed, not used again, when it comes back. */
  breakOff(): void {
    this.#isBroken = true;
  }

  /** Ends it at once: what runs on it fails, with unknown outcome. */
  cutOff(): void {
    this.#isBroken = true;
    this.#client.connection.stream.destroy();
  }

  /** Gives it back to the pool. */
  giveBack(): void {
    this.#client.off('error', this.#swallow);
    this.#client.release(this.#isBroken);
  }
}

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
    const where = showDatabaseUrl(this.#url);
    if (this.#isClosed) throw new TandemError('STORE_CLOSED', { where });
    const away = this.#watch.fault();
    if (away !== undefined) throw new TandemError(away.code, away.details, { cause: away });
    const pool = this.#pool;
    if (pool.waitingCount >= this.#bounds.waitingMax) {
      throw new TandemError('STORE_BUSY', { where, waiting: pool.waitingCount });
    }
    try {
      return new LentConnection(await pool.connect(), this.#bounds.statementTimeoutMs);
    } catch (error) {
      // All connections lent for too long is no trouble of the network.
      if (pool.totalCount >= this.#bounds.poolSize) {
        throw new TandemError('STORE_BUSY', { where, waiting: pool.waitingCount });
      }
      this.#watch.onTrouble();
      throw connectFault(error, where);
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
