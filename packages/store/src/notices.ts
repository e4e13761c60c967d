import { TandemError } from '@tandem/engine';
import type { Connections } from './connections.ts';
import type { Lifeline } from './lifeline.ts';

/** Who hears a channel. A throw is caught and logged; the others still hear. */
export interface NoticeListener {
  /** Called for each notice, own ones included, in the order of their commits. */
  onNotice(payload: string): void;
  /** The connection was away: notices may have been missed. Look for yourself what changed. */
  onMissed(): void;
}

/** Ends a listening; harmless when called again. */
export type StopListening = () => Promise<void>;

const CHANNEL_BYTES_MAX = 63;
const PAYLOAD_BYTES_MAX = 7_999;

/**
 * Change notices between nodes (NOTIFY): hints that something changed, never the only way to
 * learn it. Who was not connected does not hear them; poll a version as well.
 */
export class Notices {
  readonly #connections: Connections;
  readonly #lifeline: Lifeline;
  readonly #onFault: (fault: unknown) => void;
  readonly #listeners = new Map<string, Set<NoticeListener>>();

  /** @internal Made by the store. */
  constructor(connections: Connections, lifeline: Lifeline, onFault: (fault: unknown) => void) {
    this.#connections = connections;
    this.#lifeline = lifeline;
    this.#onFault = onFault;
  }

  /** Tells all nodes. Throws STORE_NOTICE_INVALID, or as any statement does. */
  async publish(channel: string, payload = ''): Promise<void> {
    checkChannel(channel);
    if (Buffer.byteLength(payload) > PAYLOAD_BYTES_MAX) {
      const bytes = Buffer.byteLength(payload);
      throw new TandemError('STORE_NOTICE_INVALID', { channel, payloadBytes: bytes });
    }
    await this.#connections.call('select pg_notify($1, $2)', [channel, payload]);
  }

  /** Hears a channel from now on; while the database is down, from its return on. */
  async listen(channel: string, listener: NoticeListener): Promise<StopListening> {
    checkChannel(channel);
    const heard = this.#listeners.get(channel);
    if (heard !== undefined) heard.add(listener);
    else this.#listeners.set(channel, new Set([listener]));
    await this.#lifeline.listen(channel);
    return async () => await this.#stop(channel, listener);
  }

  /** @internal The channels that somebody hears. */
  get channels(): Iterable<string> {
    return this.#listeners.keys();
  }

  /** @internal A notice has arrived. */
  deliver(channel: string, payload: string): void {
    for (const listener of this.#listeners.get(channel) ?? []) {
      this.#isolate(() => listener.onNotice(payload));
    }
  }

  /** @internal The connection stands again after it was away. */
  tellMissed(): void {
    for (const listeners of this.#listeners.values()) {
      for (const listener of listeners) this.#isolate(() => listener.onMissed());
    }
  }

  async #stop(channel: string, listener: NoticeListener): Promise<void> {
    const heard = this.#listeners.get(channel);
    if (heard?.delete(listener) !== true || heard.size > 0) return;
    this.#listeners.delete(channel);
    await this.#lifeline.unlisten(channel);
  }

  #isolate(tell: () => void): void {
    try {
      tell();
    } catch (fault) {
      this.#onFault(fault);
    }
  }
}

function checkChannel(channel: string): void {
  const bytes = Buffer.byteLength(channel);
  if (bytes >= 1 && bytes <= CHANNEL_BYTES_MAX) return;
  throw new TandemError('STORE_NOTICE_INVALID', { channel, channelBytes: bytes });
}
