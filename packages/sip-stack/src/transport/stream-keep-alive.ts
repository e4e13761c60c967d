import { type TimerOwner, WheelTimer } from '@tandem/engine';

import type { ConnectionHost } from './connection-host.ts';

/** A connection that can be asked for a sign of life. */
export interface PingedConnection {
  /** Sends a double CRLF. */
  ping(): void;
  destroy(cause: Error): void;
}

/** What part of the interval chance may take off, so that connections opened together drift apart. */
const SPREAD_PERCENT = 20;

/**
 * Signs of life on a connection that we opened (RFC 5626 §4.4.1): a ping now and then, which keeps
 * the way through NAT open. A peer that has answered one and leaves a later one unanswered is
 * gone, and the connection ends before a call is sent into it. Of a peer that never answered any,
 * silence says nothing: most of those that do not know RFC 5626 throw line ends away.
 */
export class StreamKeepAlive implements TimerOwner {
  readonly #host: ConnectionHost;
  readonly #connection: PingedConnection;
  readonly #timer = new WheelTimer(this);
  #isAwaiting = false;
  #isAnswering = false;

  constructor(host: ConnectionHost, connection: PingedConnection) {
    this.#host = host;
    this.#connection = connection;
  }

  /** The connection is up. */
  start(): void {
    const { keepAliveMs } = this.#host.limits;
    if (keepAliveMs === Infinity) return;
    const percent = 100 - this.#host.randomBelow(SPREAD_PERCENT + 1);
    this.#host.wheel.start(this.#timer, (keepAliveMs * percent) / 100);
  }

  /** Something came, so the peer lives; `isPong` when it was an answer to a ping. */
  hear(isPong: boolean): void {
    if (!this.#isAwaiting) return;
    this.#isAnswering ||= isPong;
    this.#isAwaiting = false;
    this.start();
  }

  stop(): void {
    this.#host.wheel.stop(this.#timer);
  }

  /** @internal */
  onTimer(): void {
    if (this.#isAwaiting && this.#isAnswering) {
      this.#connection.destroy(new Error('keep-alive not answered'));
    } else if (this.#isAwaiting) {
      this.#isAwaiting = false;
      this.start();
    } else {
      this.#isAwaiting = true;
      this.#connection.ping();
      this.#host.wheel.start(this.#timer, this.#host.limits.pongMs);
    }
  }
}
