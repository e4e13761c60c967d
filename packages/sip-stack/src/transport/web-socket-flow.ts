import { isUtf8 } from 'node:buffer';

import type { WebSocket } from 'ws';

import type { ConnectionHost } from './connection-host.ts';
import { ConnectionLife, type MortalConnection } from './connection-life.ts';
import type { Flow, SendWatcher, TransportName } from './flow.ts';
import type { Listener } from './listener.ts';

/** Sign of life asked for by the peer; one CRLF is the answer (RFC 5626 §3.5.1). */
const PING = Buffer.from('\r\n\r\n');

/** One WebSocket: each of its messages is one SIP message (RFC 7118 §5). */
export class WebSocketFlow implements Flow, MortalConnection {
  readonly isReliable = true;
  readonly connectionId: number;
  readonly transport: TransportName;
  /** @internal The frames come whole. */
  readonly hasPartialMessage = false;
  readonly #socket: WebSocket;
  readonly #host: ConnectionHost;
  readonly #life: ConnectionLife;
  readonly #onClosed: (flow: WebSocketFlow) => void;
  #isOpen = true;

  constructor(
    readonly listener: Listener,
    readonly remoteAddress: string,
    readonly remotePort: number,
    socket: WebSocket,
    host: ConnectionHost,
    onClosed: (flow: WebSocketFlow) => void,
  ) {
    this.transport = listener.transport;
    this.connectionId = host.nextConnectionId();
    this.#socket = socket;
    this.#host = host;
    this.#life = new ConnectionLife(host, this);
    this.#onClosed = onClosed;
    let cause = new Error('connection closed');
    socket.on('message', (data) => this.#receive(data as Buffer));
    socket.on('ping', () => this.#keepAlive());
    socket.on('pong', () => this.#keepAlive());
    socket.on('error', (fault) => {
      cause = fault;
    });
    socket.on('close', () => this.#end(cause));
    this.#life.begin();
    host.user.onConnectionOpened(this);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  send(text: string, watcher?: SendWatcher): void {
    if (!this.#isOpen) {
      queueMicrotask(() => this.#fail(new Error('connection closed'), watcher));
      return;
    }
    this.#host.user.onSending(text, this);
    const bytes = Buffer.from(text, 'latin1');
    // Browsers expect text frames; a body that is not UTF-8 may only travel in a binary one.
    this.#socket.send(bytes, { binary: !isUtf8(bytes) }, (failure) => {
      if (failure) this.#fail(failure, watcher);
    });
    if (this.#socket.bufferedAmount > this.#host.limits.connectionBacklogBytesMax) {
      this.destroy();
    }
  }

  watch(watcher: SendWatcher): void {
    this.#life.watch(watcher);
  }

  unwatch(watcher: SendWatcher): void {
    this.#life.unwatch(watcher);
  }

  destroy(): void {
    this.#socket.terminate();
  }

  #receive(bytes: Buffer): void {
    this.#life.touch();
    if (bytes.equals(PING)) {
      this.#keepAlive();
      this.send('\r\n');
    } else {
      this.#host.user.onBytes(bytes, this);
    }
  }

  #keepAlive(): void {
    this.#life.touch();
    this.#host.user.onKeepAlive(this);
  }

  #end(cause: Error): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#onClosed(this);
    this.#life.end(cause);
    this.#host.user.onFlowClosed(this);
  }

  #fail(failure: Error, watcher: SendWatcher | undefined): void {
    this.#host.user.onSendFailed(this);
    watcher?.onSendFailed(failure);
  }
}
