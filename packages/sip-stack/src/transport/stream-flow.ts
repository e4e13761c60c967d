import type { Socket } from 'node:net';

import { StreamFramer } from '../wire/stream-framer.ts';
import type { ConnectionHost } from './connection-host.ts';
import { StreamKeepAlive } from './stream-keep-alive.ts';
import { ConnectionLife, type ConnectionTerms, type MortalConnection } from './connection-life.ts';
import type { Flow, SendWatcher, TransportName } from './flow.ts';
import type { Listener } from './listener.ts';

/** Sign of life asked of the peer; one CRLF is the answer (RFC 5626 §3.5.1). */
const PING = '\r\n\r\n';

/** One TCP or TLS connection, accepted or opened by us. */
export class StreamFlow implements Flow, MortalConnection {
  readonly isReliable = true;
  readonly connectionId: number;
  readonly transport: TransportName;
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  readonly #framer: StreamFramer;
  readonly #life: ConnectionLife;
  readonly #keepAlive: StreamKeepAlive | undefined;
  readonly #onClosed: (flow: StreamFlow) => void;
  #isOpen = true;

  constructor(
    readonly listener: Listener,
    readonly remoteAddress: string,
    readonly remotePort: number,
    socket: Socket,
    host: ConnectionHost,
    onClosed: (flow: StreamFlow) => void,
    terms?: ConnectionTerms,
  ) {
    this.transport = listener.transport;
    this.connectionId = host.nextConnectionId();
    this.#socket = socket;
    this.#host = host;
    this.#framer = new StreamFramer(host.parseLimits);
    this.#keepAlive = terms?.isOurs === true ? new StreamKeepAlive(host, this) : undefined;
    this.#life = new ConnectionLife(host, this, terms);
    this.#onClosed = onClosed;
    let cause = new Error('connection closed');
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#receive(chunk));
    socket.on('error', (fault: Error) => {
      cause = fault;
    });
    socket.on('close', () => this.#end(cause));
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** @internal */
  get hasPartialMessage(): boolean {
    return this.#framer.waitingBytes > 0;
  }

  /** The handshake is done: the connection counts as opened. */
  begin(): void {
    this.#life.begin();
    this.#keepAlive?.start();
    this.#host.user.onConnectionOpened(this);
  }

  send(text: string, watcher?: SendWatcher): void {
    if (!this.#isOpen) {
      queueMicrotask(() => this.#fail(new Error('connection closed'), watcher));
      return;
    }
    if (text === PING) this.#framer.expectPong();
    this.#host.user.onSending(text, this);
    this.#socket.write(text, 'latin1', (failure) => {
      if (failure) this.#fail(failure, watcher);
    });
    // A peer that does not read must not make us remember everything we have to say to it.
    if (this.#socket.writableLength > this.#host.limits.connectionBacklogBytesMax) {
      this.destroy(new Error('peer does not read'));
    }
  }

  watch(watcher: SendWatcher): void {
    this.#life.watch(watcher);
  }

  unwatch(watcher: SendWatcher): void {
    this.#life.unwatch(watcher);
  }

  /** @internal */
  ping(): void {
    if (!this.#isOpen) return;
    this.send(PING);
    this.#host.user.onPing(this);
  }

  /** Ends it after what waits has been written. */
  finish(): void {
    this.#socket.end();
  }

  destroy(cause: Error): void {
    this.#socket.destroy(cause);
  }

  #receive(chunk: Buffer): void {
    const { user } = this.#host;
    let isPong = false;
    for (const event of this.#framer.push(chunk)) {
      if (event.kind === 'message') {
        this.#life.noteMessage();
        user.onBytes(event.bytes, this);
      } else if (event.kind === 'broken') {
        user.onUnframeable(event.status, event.reason, event.head, this);
        this.finish();
      } else {
        user.onKeepAlive(this);
        isPong ||= event.kind === 'pong';
        if (event.kind === 'ping') this.#socket.write('\r\n');
      }
    }
    this.#life.touch();
    this.#keepAlive?.hear(isPong);
  }

  #end(cause: Error): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#keepAlive?.stop();
    this.#onClosed(this);
    this.#life.end(cause);
    this.#host.user.onFlowClosed(this);
  }

  #fail(failure: Error, watcher: SendWatcher | undefined): void {
    this.#host.user.onSendFailed(this);
    watcher?.onSendFailed(failure);
  }
}
