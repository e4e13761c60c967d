import type { Flow, SendWatcher } from './flow.ts';
import type { Listener } from './listener.ts';
import type { UdpListener } from './udp-listener.ts';

/** A pair of addresses: one of our UDP sockets and a remote address and port. */
export class UdpFlow implements Flow {
  readonly transport = 'udp';
  readonly connectionId = 0;
  readonly isReliable = false;
  readonly #socket: UdpListener;

  constructor(
    socket: UdpListener,
    readonly remoteAddress: string,
    readonly remotePort: number,
  ) {
    this.#socket = socket;
  }

  get listener(): Listener {
    return this.#socket.identity;
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  send(text: string, watcher?: SendWatcher): void {
    this.#socket.send(text, this, watcher);
  }

  /** Nothing: a datagram has no connection to lose. */
  watch(): void {}

  unwatch(): void {}
}
