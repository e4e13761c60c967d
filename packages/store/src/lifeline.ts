import { type Clock, type StopTimer, TandemError } from '@tandem/engine';
import { Client, escapeIdentifier } from 'pg';
import { backoffMs } from './backoff.ts';
import type { ConnectionBounds } from './connection-bounds.ts';
import { showDatabaseUrl } from './database-url.ts';
import { connectFault } from './query-fault.ts';

/** What the lifeline is given, and whom it tells. None of the callbacks may throw. */
export interface LifelineOptions {
  readonly clock: Clock;
  readonly bounds: ConnectionBounds;
  /** Where to connect to; asked before each attempt. An embedded server is revived by it. */
  readonly findUrl: () => Promise<string>;
  /** Channels to listen on at each new connection. */
  readonly channels: () => Iterable<string>;
  readonly onUp: () => void;
  readonly onDown: (fault: TandemError) => void;
  readonly onNotice: (channel: string, payload: string) => void;
}

/** A server that hangs, or a network that swallows, is noticed within the two together. */
const PULSE_EVERY_MS = 5_000;
const PULSE_WITHIN_MS = 3_000;

/**
 * One connection that is always kept: whether it stands is what "up" means, and notices of
 * other nodes arrive on it.
 *
 *          connected, listening
 *   down ────────────────────────> up     pulse every 5 s
 *     ^  <──────────────────────── │
 *     │    broken, or no pulse     │      tried again after 100 ms, 200 ms … 5 s
 */
export class Lifeline {
  readonly #options: LifelineOptions;
  #client: Client | undefined;
  #fault: TandemError | undefined;
  #failures = 0;
  #isClosed = false;
  #isPulsing = false;
  #stopTimer: StopTimer = () => undefined;
  #attempting: Promise<void> = Promise.resolve();

  constructor(options: LifelineOptions) {
    this.#options = options;
  }

  /** Whether the connection stands. */
  get isUp(): boolean {
    return this.#client !== undefined;
  }

  /** Why it does not stand; undefined while it does. */
  get fault(): TandemError | undefined {
    return this.#fault;
  }

  /** Makes the first attempt; returns when it has succeeded or failed. Never throws. */
  async start(): Promise<void> {
    this.#attempting = this.#attempt();
    await this.#attempting;
  }

  /** Listens on one more channel, now if it stands, and at each new connection. */
  async listen(channel: string): Promise<void> {
    await this.#say(`listen ${escapeIdentifier(channel)}`);
  }

  /** Listens no more. */
  async unlisten(channel: string): Promise<void> {
    await this.#say(`unlisten ${escapeIdentifier(channel)}`);
  }

  /** Another connection broke: looks at once whether the server is still there. */
  suspect(): void {
    const client = this.#client;
    if (client !== undefined && !this.#isPulsing) void this.#pulse(client);
  }

  /** Closes for good, when an attempt under way has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#stopTimer();
    await this.#attempting;
    const client = this.#client;
    this.#client = undefined;
    await client?.end().catch(() => undefined);
  }

  async #attempt(): Promise<void> {
    let where = '(embedded)';
    let client: Client | undefined;
    try {
      const url = await this.#options.findUrl();
      where = showDatabaseUrl(url);
      client = this.#makeClient(url);
      await client.connect();
      for (const channel of this.#options.channels()) {
        await client.query(`listen ${escapeIdentifier(channel)}`);
      }
      if (this.#isClosed) return void client.end().catch(() => undefined);
      this.#rise(client);
    } catch (error) {
      client?.end().catch(() => undefined);
      this.#failures++;
      this.#fall(connectFault(error, where));
    }
  }

  #makeClient(url: string): Client {
    const { connectTimeoutMs, applicationName } = this.#options.bounds;
    const client = new Client({
      connectionString: url,
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: PULSE_WITHIN_MS,
      application_name: `${applicationName} lifeline`,
      keepAlive: true,
    });
    let problem: unknown = 'the server closed the connection';
    client.on('error', (error) => (problem = error));
    client.on('end', () => this.#lose(client, problem));
    client.on('notification', ({ channel, payload }) => {
      if (this.#client === client) this.#options.onNotice(channel, payload ?? '');
    });
    return client;
  }

  #rise(client: Client): void {
    this.#client = client;
    this.#fault = undefined;
    this.#failures = 0;
    this.#schedulePulse(client);
    this.#options.onUp();
  }

  #lose(client: Client, problem: unknown): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    // `end` would wait for a hung server to answer.
    client.connection.stream.destroy();
    const reason = problem instanceof Error ? problem.message : String(problem);
    const where = showDatabaseUrl(`postgres://${client.host}:${client.port}/${client.database}`);
    this.#fall(new TandemError('STORE_UNREACHABLE', { where, reason }));
  }

  #fall(fault: TandemError): void {
    if (this.#isClosed) return;
    this.#fault = fault;
    this.#stopTimer();
    this.#stopTimer = this.#options.clock.startTimer(
      backoffMs(this.#failures),
      () => void (this.#attempting = this.#attempt()),
    );
    this.#options.onDown(fault);
  }

  #schedulePulse(client: Client): void {
    this.#stopTimer();
    this.#stopTimer = this.#options.clock.startTimer(
      PULSE_EVERY_MS,
      () => void this.#pulse(client),
    );
  }

  async #pulse(client: Client): Promise<void> {
    this.#isPulsing = true;
    try {
      await client.query('select 1');
      if (this.#client === client) this.#schedulePulse(client);
    } catch (error) {
      this.#lose(client, error);
    } finally {
      this.#isPulsing = false;
    }
  }

  async #say(statement: string): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    await client.query(statement).catch((error: unknown) => this.#lose(client, error));
  }
}
