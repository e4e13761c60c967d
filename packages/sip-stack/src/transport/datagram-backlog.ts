import type { Clock } from '@tandem/engine';
import type { RemoteInfo } from 'node:dgram';

/** Datagrams handled as they come, before what follows has to wait for the loop to come round. */
const AT_ONCE_MAX = 8;
/**
 * Datagrams that wait handled in one turn. The socket gives up to 32 in a turn, so what waits in the
 * system's buffer, which is small and loses what does not fit, comes in faster than it is handled.
 */
const IN_TURN_MAX = 8;
/** Datagrams that may wait; beyond it they are lost, as they are in the system's buffer. */
const WAITING_MAX = 20_000;

/** What a backlog needs. */
export interface DatagramBacklogHost {
  readonly clock: Clock;
  /** Takes one datagram; must not throw. */
  onDatagram(bytes: Buffer, source: RemoteInfo): void;
  /** One more than may wait was thrown away. */
  onLost(): void;
  /** Calls back once the loop has looked at its sockets again; `setImmediate`. */
  later(fire: () => void): void;
}

interface Waiting {
  readonly bytes: Buffer;
  readonly source: RemoteInfo;
  /** Monotonic ms. */
  readonly cameMs: number;
}

/**
 * Datagrams of one socket that came faster than they are handled, in their order. As long as there
 * is time they pass at once; in a rush they are fetched out of the system's buffer and wait here,
 * where there is room for them, and where it is known how long they have waited: that is how late
 * everything is that this node does.
 */
export class DatagramBacklog {
  readonly #host: DatagramBacklogHost;
  readonly #turn = (): void => this.#handle();
  #waiting: Waiting[] = [];
  /** Index of the oldest of `#waiting`; those before it are handled. */
  #first = 0;
  #atOnce = 0;
  #isTurnComing = false;

  constructor(host: DatagramBacklogHost) {
    this.#host = host;
  }

  /** How long the oldest datagram has waited, ms; 0 when none waits. */
  get waitedMs(): number {
    const oldest = this.#waiting[this.#first];
    return oldest === undefined ? 0 : this.#host.clock.monotonicMs() - oldest.cameMs;
  }

  /** Takes a datagram from the socket. */
  take(bytes: Buffer, source: RemoteInfo): void {
    if (this.#size === 0 && this.#atOnce < AT_ONCE_MAX) {
      this.#atOnce++;
      if (this.#atOnce === AT_ONCE_MAX) this.#turnLater();
      this.#host.onDatagram(bytes, source);
    } else if (this.#size >= WAITING_MAX) this.#host.onLost();
    else {
      this.#waiting.push({ bytes, source, cameMs: this.#host.clock.monotonicMs() });
      this.#turnLater();
    }
  }

  /** Forgets what waits: the socket is closed. */
  clear(): void {
    this.#waiting = [];
    this.#first = 0;
  }

  get #size(): number {
    return this.#waiting.length - this.#first;
  }

  #turnLater(): void {
    if (this.#isTurnComing) return;
    this.#isTurnComing = true;
    this.#host.later(this.#turn);
  }

  #handle(): void {
    this.#isTurnComing = false;
    this.#atOnce = 0;
    for (let handled = 0; handled < IN_TURN_MAX && this.#size > 0; handled++) {
      const { bytes, source } = this.#waiting[this.#first++]!;
      this.#host.onDatagram(bytes, source);
    }
    if (this.#size > 0) this.#turnLater();
    this.#tidy();
  }

  /** What is handled is let go: at once when all is, else once it is half of the list. */
  #tidy(): void {
    if (this.#first < this.#waiting.length && this.#first * 2 < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#first);
    this.#first = 0;
  }
}
