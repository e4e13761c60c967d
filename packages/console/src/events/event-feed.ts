import type { ServerResponse } from 'node:http';
import type { StopTimer, TimerWheel } from '@tandem/engine';
import type { FeedEvent } from './feed-event.ts';
import { RecentEvents } from './recent-events.ts';

/** Clients at the same time; more are refused. */
const CLIENTS_MAX = 64;
/** What may wait for one client; beyond it events are left out, and it is told how many. */
const WAITING_BYTES_MAX = 262_144;
/** A silent connection is closed by proxies. */
const HEARTBEAT_MS = 15_000;
/** Who was cut off and is back within this time misses nothing. */
const KEEP_MS = 60_000;

interface Client {
  readonly response: ServerResponse;
  lost: number;
}

/** How somebody joins. */
export interface Joining {
  /** The Last-Event-ID that was sent; undefined: a newcomer. */
  readonly lastEventId: string | undefined;
  /** What is said first, beside whether nothing was missed. */
  readonly hello: object;
}

/**
 * Server-sent events: what happens on all nodes, to every browser that listens. A client that
 * reads too slowly misses events and hears how many; nobody waits for it. One that comes back
 * gets what it missed, or hears that this is too much (`isResumed: false`).
 */
export class EventFeed {
  readonly #clients = new Set<Client>();
  readonly #wheel: TimerWheel;
  readonly #recent: RecentEvents;
  #stopHeartbeat: StopTimer | undefined;
  #stopKeeping: StopTimer | undefined;

  constructor(wheel: TimerWheel, boot: string) {
    this.#wheel = wheel;
    this.#recent = new RecentEvents(boot);
  }

  /** Whether anybody listens, or may come back; if not, events need not even be made. */
  get isWanted(): boolean {
    return this.#clients.size > 0 || this.#stopKeeping !== undefined;
  }

  /** Whether as many listen as may. */
  get isFull(): boolean {
    return this.#clients.size >= CLIENTS_MAX;
  }

  /** Takes over a response whose head was sent. */
  add(response: ServerResponse, { lastEventId, hello }: Joining): void {
    const client: Client = { response, lost: 0 };
    this.#stopKeeping?.();
    this.#stopKeeping = undefined;
    const missed = lastEventId === undefined ? undefined : this.#recent.after(lastEventId);
    this.#clients.add(client);
    response.once('close', () => this.#remove(client));
    this.#stopHeartbeat ??= this.#wheel.after(HEARTBEAT_MS, () => this.#beat());
    this.#write(client, format('hello', { ...hello, isResumed: missed !== undefined }));
    for (const text of missed ?? []) this.#write(client, text);
  }

  /** Sends an event to all. */
  publish({ type, text }: FeedEvent): void {
    if (!this.isWanted) return;
    const written = this.#recent.add((id) => `id: ${id}\nevent: ${type}\ndata: ${text}\n\n`);
    for (const client of this.#clients) this.#write(client, written);
  }

  /** Ends all connections. */
  close(): void {
    this.#stopHeartbeat?.();
    this.#stopHeartbeat = undefined;
    this.#stopKeeping?.();
    this.#stopKeeping = undefined;
    for (const { response } of this.#clients) response.end();
    this.#clients.clear();
  }

  #write(client: Client, text: string): void {
    const { response } = client;
    if (response.writableLength > WAITING_BYTES_MAX) {
      client.lost++;
      return;
    }
    if (client.lost > 0) {
      response.write(format('lost', { events: client.lost }));
      client.lost = 0;
    }
    response.write(text);
  }

  #beat(): void {
    for (const { response } of this.#clients) {
      if (response.writableLength <= WAITING_BYTES_MAX) response.write(': beat\n\n');
    }
    this.#stopHeartbeat =
      this.#clients.size > 0 ? this.#wheel.after(HEARTBEAT_MS, () => this.#beat()) : undefined;
  }

  #remove(client: Client): void {
    if (!this.#clients.delete(client) || this.#clients.size > 0) return;
    this.#stopHeartbeat?.();
    this.#stopHeartbeat = undefined;
    this.#stopKeeping = this.#wheel.after(KEEP_MS, () => {
      this.#stopKeeping = undefined;
      this.#recent.forget();
    });
  }
}

/** What is said to one client alone has no id: it is nothing that one could have missed. */
function format(type: string, data: object): string {
  return `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
