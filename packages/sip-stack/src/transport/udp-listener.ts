import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';

import { isSix } from '../wire/address-bytes.ts';
import type { FlowDescription, SendWatcher } from './flow.ts';
import type { ListenOptions } from './listener.ts';
import { ListenerIdentity } from './listener-identity.ts';
import type { Target } from './target.ts';
import type { TransportListener } from './transport-listener.ts';
import type { TransportUser } from './transport-user.ts';
import { UdpFlow } from './udp-flow.ts';

/**
 * One UDP socket. Bound without reuseAddr, so that a second start on the same port fails loudly
 * instead of stealing all its datagrams.
 */
export class UdpListener implements TransportListener {
  readonly #socket: Socket;
  readonly #user: TransportUser;
  #isOpen = true;

  private constructor(
    readonly identity: ListenerIdentity,
    socket: Socket,
    user: TransportUser,
  ) {
    this.#socket = socket;
    this.#user = user;
    socket.on('message', (bytes, source) => this.#receive(bytes, source));
    socket.on('error', (cause) => {
      user.onNotice({ kind: 'socket-error', message: `${identity.name}: ${cause.message}`, cause });
    });
  }

  /** Binds one literal address; rejects with the system's error (EADDRINUSE, EADDRNOTAVAIL). */
  static async open(
    options: ListenOptions,
    host: string,
    receiveBufferBytes: number,
    user: TransportUser,
  ): Promise<UdpListener> {
    const socket = createSocket({
      type: isSix(host) ? 'udp6' : 'udp4',
      ...(isSix(host) ? { ipv6Only: true } : {}),
      recvBufferSize: receiveBufferBytes,
      // Only literal addresses come here; without this each send takes a turn through dns.lookup.
      lookup: (address, _options, found) => found(null, address, isSix(address) ? 6 : 4),
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (fault) => {
        socket.close();
        reject(fault);
      });
      socket.bind({ address: host, port: options.port, exclusive: true }, () => {
        socket.removeAllListeners('error');
        resolve();
      });
    });
    const listener = new UdpListener(
      new ListenerIdentity(options, host, socket.address().port),
      socket,
      user,
    );
    listener.#complainAboutBuffer(receiveBufferBytes);
    return listener;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Costs an object, no system call. */
  flowTo(target: Target): UdpFlow {
    return new UdpFlow(this, target.address, target.port);
  }

  findFlow(description: FlowDescription): UdpFlow {
    return new UdpFlow(this, description.remoteAddress, description.remotePort);
  }

  /** Sends one datagram; `watcher` hears of it if the system refuses. */
  send(text: string, flow: UdpFlow, watcher: SendWatcher | undefined): void {
    this.#user.onSending(text, flow);
    // The buffer lives until the callback: the socket keeps it, and nobody else has it.
    const bytes = Buffer.from(text, 'latin1');
    try {
      this.#socket.send(bytes, flow.remotePort, flow.remoteAddress, (failure) => {
        if (failure !== null) this.#fail(failure, flow, watcher);
      });
    } catch (failure) {
      // Closed socket, port 0: the same kind of news, but never inside the caller's send.
      queueMicrotask(() => this.#fail(failure as Error, flow, watcher));
    }
  }

  /** Closes the socket; flows of it fail from now on. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await new Promise<void>((resolve) => void this.#socket.close(resolve));
  }

  #receive(bytes: Buffer, source: RemoteInfo): void {
    this.#user.onBytes(bytes, new UdpFlow(this, source.address, source.port));
  }

  #fail(failure: Error, flow: UdpFlow, watcher: SendWatcher | undefined): void {
    this.#user.onSendFailed(flow);
    watcher?.onSendFailed(failure);
  }

  #complainAboutBuffer(askedBytes: number): void {
    const givenBytes = this.#socket.getRecvBufferSize();
    if (givenBytes >= askedBytes) return;
    this.#user.onNotice({
      kind: 'receive-buffer-small',
      message:
        `${this.identity.name}: receive buffer is ${givenBytes} bytes instead of ${askedBytes}; ` +
        `datagrams will be lost under load. Raise it: sysctl -w net.core.rmem_max=${askedBytes}`,
    });
  }
}
