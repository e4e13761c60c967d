import type { Clock, TandemError } from '@tandem/engine';
import type { Kysely } from 'kysely';
import { Availability, type StateListener, type StoreState } from './availability.ts';
import type { ConnectionBounds } from './connection-bounds.ts';
import { Connections } from './connections.ts';
import { type Durability, readDurability } from './durability.ts';
import type { EmbeddedServer } from './embedded/embedded-server.ts';
import { kyselyOn } from './kysely-tables.ts';
import { Lane } from './lane.ts';
import type { LentConnection } from './lent-connection.ts';
import { Lifeline } from './lifeline.ts';
import type { StoreLog } from './log.ts';
import { type MigrationResult, readPendingMigrations, runMigrations } from './migrate.ts';
import type { FeatureMigrations, MigrationName } from './migration.ts';
import { Notices } from './notices.ts';
import { type CopySource, runTransaction, type StoreTransaction } from './transaction.ts';

/** @internal What a store is made of; {@link openStore} gathers it. */
export interface StoreParts {
  readonly url: string;
  readonly server: EmbeddedServer | undefined;
  readonly clock: Clock;
  readonly bounds: ConnectionBounds;
  readonly onLog: StoreLog;
}

/**
 * Postgres as Tandem sees it: typed tables, prepared calls, COPY, migrations, notices, and a
 * state that is never wrong for long. It survives the server: what is asked while it is away
 * fails at once with a fault, and nothing is ever rejected unheard.
 */
export class Store implements AsyncDisposable {
  readonly notices: Notices;
  readonly #parts: StoreParts;
  readonly #connections: Connections;
  readonly #lifeline: Lifeline;
  readonly #database: Kysely<unknown>;
  readonly #availability: Availability;
  readonly #lanes = new Set<Lane>();
  #url: string;
  #closing: Promise<void> | undefined;

  /** @internal Use {@link openStore}. */
  constructor(parts: StoreParts) {
    this.#parts = parts;
    this.#url = parts.url;
    this.#availability = new Availability(parts.clock, parts.onLog);
    this.#lifeline = new Lifeline({
      clock: parts.clock,
      bounds: parts.bounds,
      findUrl: async () => await this.#findUrl(),
      channels: () => this.notices.channels,
      onUp: () => this.#onUp(),
      onDown: (fault) => this.#availability.fall(fault),
      onNotice: (channel, payload) => this.notices.deliver(channel, payload),
    });
    this.#connections = this.#makeConnections(parts.bounds);
    this.#database = kyselyOn(this.#connections);
    this.notices = new Notices(this.#connections, this.#lifeline, (fault) => {
      const details = { fault: String(fault) };
      parts.onLog({ level: 'warning', text: 'a listener of change notices failed', details });
    });
  }

  /** @internal Makes the first attempt to connect. */
  async start(): Promise<void> {
    await this.#lifeline.start();
  }

  /** The database's address, password included: for people and other programs. */
  get url(): string {
    return this.#url;
  }

  /** Whether the server is the embedded one. */
  get isEmbedded(): boolean {
    return this.#parts.server !== undefined;
  }

  /** Whether the database can be reached. */
  get isUp(): boolean {
    return this.#availability.state === 'up';
  }

  /** The same as a word, for the list of nodes. */
  get state(): StoreState {
    return this.#availability.state;
  }

  /** Why it is down; undefined while it is up. */
  get fault(): TandemError | undefined {
    return this.#availability.fault;
  }

  /** Tells each change of state from now on. Returns how to end that. */
  onChange(listener: StateListener): () => void {
    return this.#availability.onChange(listener);
  }

  /**
   * Waits until the database is up, `waitMs` at most; throws the fault that keeps it down.
   * With 0 it says at once how things stand, which is what a program does that has nothing else
   * to do: waiting alone does not keep a process alive.
   */
  async ready(waitMs = 0): Promise<void> {
    await this.#availability.ready(waitMs);
  }

  /** The tables of one feature, typed. All features share the connections. */
  tables<Tables>(): Kysely<Tables> {
    return this.#database as unknown as Kysely<Tables>;
  }

  /** One prepared statement, one round trip: for functions called often. Its rows. */
  async call<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return await this.#connections.call<Row>(text, values);
  }

  /**
   * Connections of one's own, so that work which must not wait (admission) never queues behind
   * work that takes long (a report). Closed with the store.
   */
  lane(name: string, bounds: Partial<Omit<ConnectionBounds, 'applicationName'>> = {}): Lane {
    const applicationName = `${this.#parts.bounds.applicationName} ${name}`;
    const own = this.#makeConnections({ ...this.#parts.bounds, ...bounds, applicationName });
    const lane = new Lane(own, () => void this.#lanes.delete(lane));
    this.#lanes.add(lane);
    return lane;
  }

  /** A transaction with plain SQL and COPY; a throw of `work` rolls it back. */
  async transaction<T>(
    work: (transaction: StoreTransaction) => Promise<T>,
    statementTimeoutMs = this.#parts.bounds.statementTimeoutMs,
  ): Promise<T> {
    return await this.#withConnection(
      async (connection) =>
        await runTransaction(connection, this.#parts.clock, statementTimeoutMs, work),
    );
  }

  /** `COPY … FROM STDIN` in a transaction of its own; returns the rows taken. */
  async copyFrom(
    statement: string,
    source: CopySource,
    statementTimeoutMs?: number,
  ): Promise<number> {
    return await this.transaction(
      async (transaction) => await transaction.copyFrom(statement, source),
      statementTimeoutMs,
    );
  }

  /** `COPY … TO STDOUT`; `consume` takes the chunks at its own pace. */
  async copyTo<T>(
    statement: string,
    consume: (chunks: AsyncIterable<Buffer>) => Promise<T>,
    statementTimeoutMs?: number,
  ): Promise<T> {
    return await this.transaction(
      async (transaction) => await transaction.copyTo(statement, consume),
      statementTimeoutMs,
    );
  }

  /** Brings the tables of these features up to date; see {@link runMigrations}. */
  async migrate(features: readonly FeatureMigrations[]): Promise<MigrationResult> {
    const result = await this.#withConnection(
      async (connection) => await runMigrations(connection, features),
    );
    for (const { feature, name } of result.applied) {
      const details = { feature, name };
      this.#parts.onLog({ level: 'info', text: 'applied a migration', details });
    }
    return result;
  }

  /** What {@link Store.migrate} would apply now. */
  async pendingMigrations(features: readonly FeatureMigrations[]): Promise<MigrationName[]> {
    return await readPendingMigrations(this.#database, features);
  }

  /** What the server promises about a commit. */
  async durability(): Promise<Durability> {
    return await readDurability(this.#connections);
  }

  /** Waits for what runs, closes the connections, and leaves the embedded server. */
  async close(): Promise<void> {
    await (this.#closing ??= this.#close());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #close(): Promise<void> {
    await Promise.all([...this.#lanes].map(async (lane) => await lane.close()));
    await this.#connections.close();
    // Before the server: an attempt under way might revive it.
    await this.#lifeline.close();
    this.#availability.close();
    await this.#parts.server?.close();
  }

  async #withConnection<T>(work: (connection: LentConnection) => Promise<T>): Promise<T> {
    const connection = await this.#connections.lend();
    try {
      return await work(connection);
    } finally {
      connection.giveBack();
    }
  }

  #makeConnections(bounds: ConnectionBounds): Connections {
    return new Connections(this.#url, bounds, this.#parts.clock, {
      fault: () => this.#lifeline.fault,
      onTrouble: () => this.#lifeline.suspect(),
    });
  }

  async #findUrl(): Promise<string> {
    const { server } = this.#parts;
    // It has just been joined when we ask for the first time.
    if (server !== undefined && this.#lifeline.fault !== undefined) {
      this.#moveTo(await server.revive());
    }
    return this.#url;
  }

  #moveTo(url: string): void {
    this.#url = url;
    this.#connections.moveTo(url);
    for (const lane of this.#lanes) lane.moveTo(url);
  }

  #onUp(): void {
    this.#availability.rise();
    // Also at the first connection: somebody may have begun to listen before it.
    this.notices.tellMissed();
  }
}
