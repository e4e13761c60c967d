import type { ServerResponse } from 'node:http';
import type { StopTimer, TimerWheel } from '@tandem/engine';

/** Clients at the same time; more are refused. */
const CLIENTS_MAX = 64;
/** What may wait for one client; beyond it events are left out, and it is told how many. */
const WAITING_BYTES_MAX = 262_144;
/** A silent connection is closed by proxies. */
const HEARTBEAT_MS = 15_000;

interface Client {
  readonly response: ServerResponse;
  lost: number;
}

/**
 * Server-sent events: what happens on this node, to every browser that listens. A client that
 * reads too slowly misses events and hears how many; nobody waits for it.
 */
export class EventFeed {
  readonly #clients = new Set<Client>();
  readonly #wheel: TimerWheel;
  #stopHeartbeat: StopTimer | undefined;
  #eventId = 0;

  constructor(wheel: TimerWheel) {
    this.#wheel = wheel;
  }

  /** Whether anybody listens; if not, events need not even be made. */
  get hasClients(): boolean {
    return this.#clients.size > 0;
  }

  /** Whether as many listen as may. */
  get isFull(): boolean {
    return this.#clients.size >= CLIENTS_MAX;
  }

  /** Takes over a response whose head was sent. */
  add(response: ServerResponse, hello: object): void {
    const client: Client = { response, lost: 0 };
    this.#clients.add(client);
    response.once('close', () => this.#remove(client));
    this.#stopHeartbeat ??= this.#wheel.after(HEARTBEAT_MS, () => this.#beat());
    this.#write(client, this.#format('hello', hello));
  }

  /** Sends an event to all. */
  publish(type: string, data: object): void {
    if (!this.hasClients) return;
    const text = this.#format(type, data);
    for (const client of this.#clients) this.#write(client, text);
  }

  /** Ends all connections. */
  close(): void {
    this.#stopHeartbeat?.();
    this.#stopHeartbeat = undefined;
    for (const { response } of this.#clients) response.end();
    this.#clients.clear();
  }

  #format(type: string, data: object): string {
    return `id: ${++this.#eventId}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  }

  #write(client: Client, text: string): void {
    const { response } = client;
    if (response.writableLength > WAITING_BYTES_MAX) {
      client.lost++;
      return;
    }
    if (client.lost > 0) {
      response.write(this.#format('lost', { events: client.lost }));
      client.lost = 0;
    }
    response.write(text);
  }

  #beat(): void {
    for (const { response } of this.#clients) {
      if (response.writableLength <= WAITING_BYTES_MAX) response.write(': beat\n\n');
    }
    this.#stopHeartbeat = this.hasClients
      ? this.#wheel.after(HEARTBEAT_MS, () => this.#beat())
      : undefined;
  }

  #remove(client: Client): void {
    this.#clients.delete(client);
    if (this.hasClients) return;
    this.#stopHeartbeat?.();
    this.#stopHeartbeat = undefined;
  }
}
