import { Kvm, type KV } from '@nats-io/kv';
import {
  type Msg,
  type NatsConnection,
  type NodeConnectionOptions,
  connect,
  nkeyAuthenticator,
} from '@nats-io/transport-node';
import { type Clock, type Log, type StopTimer, TandemError } from '@tandem/engine';
import { NatsBucket } from './nats-bucket.ts';
import { escapePart } from './subjects.ts';
import type { Bucket, Delivery, Transport } from './transport.ts';

/** A dead connection is noticed after two of these without a pong. */
const PING_INTERVAL_MS = 1_000;
const PINGS_OUT_MAX = 2;
const RECONNECT_WAIT_MS = 250;
const RECONNECT_JITTER_MS = 100;
/** One line of the log for so many failed attempts. */
const COMPLAIN_ONE_IN = 30;

/** How to reach NATS: `[nats]` of the conf. */
export interface NatsOptions {
  /** `host:port` or `nats://…`, at least one. */
  readonly servers: readonly string[];
  /** Shown by the server, and the root of this node's own inbox. */
  readonly name: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** An nkey seed (`SU…`): identity by signature instead of a password. */
  readonly nkey?: string | undefined;
  readonly tls?:
    | {
        readonly caFile?: string | undefined;
        readonly certFile?: string | undefined;
        readonly keyFile?: string | undefined;
      }
    | undefined;
  readonly log: Log;
  readonly clock: Clock;
}

/** The transport over a real NATS server, which reconnects for ever. */
export class NatsTransport implements Transport {
  readonly #options: NatsOptions;
  readonly #subscriptions = new Map<string, Set<(delivery: Delivery) => void>>();
  readonly #listeners = new Set<(isConnected: boolean) => void>();
  #connection: NatsConnection | undefined;
  #isConnected = false;
  #isClosed = false;
  #endPause: () => void = () => undefined;

  constructor(options: NatsOptions) {
    this.#options = options;
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  async connect(): Promise<void> {
    const connection = await this.#firstConnection();
    if (connection === undefined) return;
    if (this.#isClosed) {
      await connection.close();
      return;
    }
    this.#connection = connection;
    for (const subject of this.#subscriptions.keys()) this.#listen(subject);
    void this.#follow(connection);
    this.#setConnected(true);
  }

  publish(subject: string, data: Uint8Array, reply?: string): void {
    // The client drops what is published while it reconnects, without a word: fail fast instead.
    if (!this.#isConnected || !this.#connection || this.#connection.isClosed()) {
      throw new TandemError('MESH_UNREACHABLE', { subject });
    }
    this.#connection.publish(subject, data, reply === undefined ? {} : { reply });
  }

  subscribe(subject: string, listener: (delivery: Delivery) => void): StopTimer {
    const listeners = this.#subscriptions.get(subject);
    if (listeners) listeners.add(listener);
    else {
      this.#subscriptions.set(subject, new Set([listener]));
      if (this.#connection) this.#listen(subject);
    }
    return () => void this.#subscriptions.get(subject)?.delete(listener);
  }

  onConnection(listener: (isConnected: boolean) => void): StopTimer {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async openBucket(name: string): Promise<Bucket> {
    if (!this.#connection || !this.#isConnected) {
      throw new TandemError('MESH_UNREACHABLE', { bucket: name });
    }
    let bucket: KV;
    try {
      bucket = await new Kvm(this.#connection).create(name, { history: 1 });
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new TandemError('MESH_LEASES_UNAVAILABLE', { bucket: name, reason }, { cause });
    }
    return new NatsBucket(bucket);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#endPause();
    this.#setConnected(false);
    const connection = this.#connection;
    if (!connection || connection.isClosed()) return;
    // What was published just before, such as the bye, is still to go out.
    await connection.flush().catch(() => undefined);
    await connection.close();
  }

  /** Tries until it succeeds or this is closed; the client itself only repeats later connections. */
  async #firstConnection(): Promise<NatsConnection | undefined> {
    const { log, servers } = this.#options;
    for (let attempt = 0; !this.#isClosed; attempt++) {
      try {
        return await connect(this.#settings());
      } catch (fault) {
        const reason = fault instanceof Error ? fault.message : String(fault);
        const isWorthALine = attempt % COMPLAIN_ONE_IN === 0;
        if (isWorthALine) log.warn('NATS cannot be reached; trying again', { servers, reason });
      }
      await this.#pause(RECONNECT_WAIT_MS * Math.min(4, attempt + 1));
    }
    return undefined;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#options.clock.startTimer(ms, resolve);
      this.#endPause = () => {
        stop();
        resolve();
      };
    });
  }

  #settings(): NodeConnectionOptions {
    const { servers, name, user, password, nkey, tls } = this.#options;
    return {
      servers: [...servers],
      name,
      inboxPrefix: `_INBOX.${escapePart(name)}`,
      noEcho: false,
      reconnect: true,
      maxReconnectAttempts: -1,
      reconnectTimeWait: RECONNECT_WAIT_MS,
      reconnectJitter: RECONNECT_JITTER_MS,
      pingInterval: PING_INTERVAL_MS,
      maxPingOut: PINGS_OUT_MAX,
      ignoreAuthErrorAbort: true,
      ...(user === undefined ? {} : { user }),
      ...(password === undefined ? {} : { pass: password }),
      ...(nkey === undefined
        ? {}
        : { authenticator: nkeyAuthenticator(new TextEncoder().encode(nkey)) }),
      ...(tls === undefined ? {} : { tls: definedOnly(tls) }),
    };
  }

  #listen(subject: string): void {
    const deliver = (message: Msg): void => {
      const isNoResponders = message.headers?.code === 503 && message.data.length === 0;
      const delivery = { subject: message.subject, data: message.data, isNoResponders };
      for (const listener of this.#subscriptions.get(subject) ?? []) listener(delivery);
    };
    this.#connection!.subscribe(subject, {
      callback: (fault, message) => {
        if (fault)
          this.#options.log.error('NATS refused a subscription', { subject, fault: fault.message });
        else deliver(message);
      },
    });
  }

  async #follow(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      switch (status.type) {
        case 'disconnect':
        case 'staleConnection':
        case 'close':
          this.#setConnected(false);
          break;
        case 'reconnect':
          this.#setConnected(true);
          break;
        case 'error':
          this.#options.log.error('NATS reports an error', { fault: String(status.error) });
          break;
        default:
      }
    }
  }

  #setConnected(isConnected: boolean): void {
    if (this.#isConnected === isConnected || (this.#isClosed && isConnected)) return;
    this.#isConnected = isConnected;
    if (isConnected) this.#options.log.info('connected to NATS');
    else if (!this.#isClosed)
      this.#options.log.warn('the connection to NATS is lost; trying again');
    for (const listener of this.#listeners) listener(isConnected);
  }
}

function definedOnly<T extends object>(value: T): { [K in keyof T]: NonNullable<T[K]> } {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as {
    [K in keyof T]: NonNullable<T[K]>;
  };
}
