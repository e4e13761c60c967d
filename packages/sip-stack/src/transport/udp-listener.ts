import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { Clock } from '@tandem/engine';

import { isSix } from '../wire/address-bytes.ts';
import { DatagramBacklog } from './datagram-backlog.ts';
import type { FlowDescription, SendWatcher } from './flow.ts';
import type { ListenOptions } from './listener.ts';
import { ListenerIdentity } from './listener-identity.ts';
import type { Target } from './target.ts';
import type { TransportListener } from './transport-listener.ts';
import type { TransportUser } from './transport-user.ts';
import { UdpFlow } from './udp-flow.ts';

/** What a UDP socket needs of its stack. */
export interface UdpHost {
  readonly user: TransportUser;
  readonly clock: Clock;
}

/**
 * One UDP socket. Bound without reuseAddr, so that a second start on the same port fails loudly
 * instead of stealing all its datagrams.
 */
export class UdpListener implements TransportListener {
  readonly #socket: Socket;
  readonly #user: TransportUser;
  readonly #backlog: DatagramBacklog;
  #isOpen = true;

  private constructor(
    readonly identity: ListenerIdentity,
    socket: Socket,
    { user, clock }: UdpHost,
  ) {
    this.#socket = socket;
    this.#user = user;
    this.#backlog = new DatagramBacklog({
      clock,
      onDatagram: (bytes, source) => this.#receive(bytes, source),
      onLost: () => user.onBacklogFull(),
      later: (fire) => void setImmediate(fire),
    });
    socket.on('message', (bytes, source) => this.#backlog.take(bytes, source));
    socket.on('error', (cause) => {
      user.onNotice({ kind: 'socket-error', message: `${identity.name}: ${cause.message}`, cause });
    });
  }

  /** Binds one literal address; rejects with the system's error (EADDRINUSE, EADDRNOTAVAIL). */
  static async open(
    options: ListenOptions,
    address: string,
    receiveBufferBytes: number,
    host: UdpHost,
  ): Promise<UdpListener> {
    const socket = createSocket({
      type: isSix(address) ? 'udp6' : 'udp4',
      ...(isSix(address) ? { ipv6Only: true } : {}),
      recvBufferSize: receiveBufferBytes,
      // Only literal addresses come here; without this each send takes a turn through dns.lookup.
      lookup: (literal, _options, found) => found(null, literal, isSix(literal) ? 6 : 4),
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', (fault) => {
        socket.close();
        reject(fault);
      });
      socket.bind({ address, port: options.port, exclusive: true }, () => {
        socket.removeAllListeners('error');
        resolve();
      });
    });
    const listener = new UdpListener(
      new ListenerIdentity(options, address, socket.address().port),
      socket,
      host,
    );
    listener.#complainAboutBuffer(receiveBufferBytes);
    return listener;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get waitedMs(): number {
    return this.#backlog.waitedMs;
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
    this.#backlog.clear();
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
