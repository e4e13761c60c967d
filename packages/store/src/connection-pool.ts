import type { Clock, StopTimer } from '@tandem/engine';
import { Pool } from 'pg';
import type { ConnectionBounds } from './connection-bounds.ts';
import { type ConnectionOwner, LentConnection } from './lent-connection.ts';
import { valueParsers } from './value-parsers.ts';

/** How often it is looked whether a call runs too long, and whether a connection is still used. */
const LOOK_EVERY_MS = 1_000;
/** A connection that nobody used for so long goes back to the driver's pool, which closes it later. */
const AT_HAND_MS = 2_000;

/**
 * Connections to one address. What comes back is kept at hand and lent again at once: for each loan
 * the driver's pool starts and stops two timers, and goes through its queue.
 */
export class ConnectionPool implements ConnectionOwner {
  readonly #pool: Pool;
  readonly #clock: Clock;
  readonly #statementTimeoutMs: number;
  /** Those that the driver's pool has lent us. */
  readonly #ours = new Set<LentConnection>();
  /** Of these, those that nobody uses; the last one back is the first to go. */
  readonly #atHand: LentConnection[] = [];
  #stopTimer: StopTimer | undefined;
  #isClosed = false;

  /** `onTrouble` hears of each connection that breaks. */
  constructor(url: string, bounds: ConnectionBounds, clock: Clock, onTrouble: () => void) {
    this.#clock = clock;
    this.#statementTimeoutMs = bounds.statementTimeoutMs;
    this.#pool = new Pool({
      connectionString: url,
      max: bounds.poolSize,
      connectionTimeoutMillis: bounds.connectTimeoutMs,
      idleTimeoutMillis: bounds.idleTimeoutMs,
      statement_timeout: bounds.statementTimeoutMs,
      application_name: bounds.applicationName,
      keepAlive: true,
      types: valueParsers,
    });
    this.#pool.on('error', onTrouble);
    // The pool stops listening before whoever borrows begins: an error that comes in the same
    // packet as "ready" would meet nobody, and end the process.
    this.#pool.on('connect', (client) => client.on('error', onTrouble));
  }

  /** Those who wait for a connection. */
  get waiting(): number {
    return this.#pool.waitingCount;
  }

  /** Connections there are, lent or not. */
  get size(): number {
    return this.#pool.totalCount;
  }

  /** Lends one that is at hand, if any is. */
  lendAtOnce(): LentConnection | undefined {
    for (let connection = this.#atHand.pop(); connection; connection = this.#atHand.pop()) {
      if (!connection.isBroken) return this.#lent(connection);
      this.#letGo(connection);
    }
    return undefined;
  }

  /** Lends one. Rejects with the driver's error when there is none in time. */
  async lend(): Promise<LentConnection> {
    const connection = this.lendAtOnce();
    if (connection !== undefined) return connection;
    const client = await this.#pool.connect();
    const fresh = new LentConnection(client, this, this.#statementTimeoutMs);
    this.#ours.add(fresh);
    this.#watch();
    return this.#lent(fresh);
  }

  /** Takes one back. @throws Error if it is back already: two would use it at once */
  takeBack(connection: LentConnection): void {
    if (!connection.isLent) throw new Error('this connection was given back before');
    connection.isLent = false;
    const isUnwanted = connection.isBroken || this.#isClosed;
    // Those who wait stand in the driver's queue, and are served by its own.
    if (isUnwanted || this.#pool.waitingCount > 0) this.#letGo(connection);
    else this.#atHand.push(connection);
  }

  /** Closes it; lent connections are waited for. */
  async end(): Promise<void> {
    this.#isClosed = true;
    for (const connection of this.#atHand.splice(0)) this.#letGo(connection);
    await this.#pool.end().finally(() => this.#stopTimer?.());
  }

  #lent(connection: LentConnection): LentConnection {
    connection.isLent = true;
    connection.lentMs = this.#clock.monotonicMs();
    return connection;
  }

  #letGo(connection: LentConnection): void {
    this.#ours.delete(connection);
    connection.release();
  }

  #watch(): void {
    this.#stopTimer ??= this.#clock.startTimer(LOOK_EVERY_MS, () => {
      this.#stopTimer = undefined;
      this.#look();
      if (this.#ours.size > 0) this.#watch();
    });
  }

  #look(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const connection of this.#ours) connection.giveUpAfter(nowMs);
    const idle = this.#atHand.filter(
      ({ lentMs, isBroken }) => isBroken || nowMs - lentMs >= AT_HAND_MS,
    );
    for (const connection of idle) {
      this.#atHand.splice(this.#atHand.indexOf(connection), 1);
      this.#letGo(connection);
    }
  }
}
