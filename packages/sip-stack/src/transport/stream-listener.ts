import {
  connect as connectTcp,
  createServer as createTcpServer,
  type Server,
  type Socket,
} from 'node:net';
import {
  connect as connectTls,
  createServer as createTlsServer,
  Server as TlsServer,
  type TLSSocket,
} from 'node:tls';
import { isIPv6 } from 'node:net';

import type { ConnectionHost } from './connection-host.ts';
import type { ConnectionTerms } from './connection-life.ts';
import type { FlowDescription } from './flow.ts';
import type { ListenOptions, TlsOptions } from './listener.ts';
import { ListenerIdentity } from './listener-identity.ts';
import { listenOn } from './listen-on.ts';
import { StreamFlow } from './stream-flow.ts';
import type { Target } from './target.ts';
import type { TransportListener } from './transport-listener.ts';
import { clientTlsSettings, serverTlsSettings } from './tls-settings.ts';

/** One TCP or TLS server socket, the connections it accepted and those opened in its name. */
export class StreamListener implements TransportListener {
  readonly #server: Server;
  readonly #host: ConnectionHost;
  #tls: TlsOptions | undefined;
  readonly #byId = new Map<number, StreamFlow>();
  readonly #byPeer = new Map<string, StreamFlow>();
  #isOpen = true;
  #onEmpty: (() => void) | undefined;

  private constructor(
    readonly identity: ListenerIdentity,
    server: Server,
    host: ConnectionHost,
    tls: TlsOptions | undefined,
  ) {
    this.#server = server;
    this.#host = host;
    this.#tls = tls;
  }

  /** Binds one literal address; rejects with the system's error or that of the certificates. */
  static async open(
    options: ListenOptions,
    address: string,
    host: ConnectionHost,
  ): Promise<StreamListener> {
    const { tls } = options;
    if (options.transport === 'tls' && tls === undefined) {
      throw new TypeError('A tls listener needs a certificate and a key.');
    }
    const server =
      tls === undefined
        ? createTcpServer()
        : createTlsServer(serverTlsSettings(tls, host.limits.connectTimeoutMs));
    const port = await listenOn(server, address, options.port, host);
    const identity = new ListenerIdentity(options, address, port);
    const listener = new StreamListener(identity, server, host, tls);
    server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) =>
      listener.#accept(socket),
    );
    return listener;
  }

  /** The connection to `target`: one that is open, else a new one; undefined when there is no room. */
  flowTo(target: Target): StreamFlow | undefined {
    const open = this.#byPeer.get(this.#keyTo(target));
    if (open?.isOpen) return open;
    if (!this.#isOpen || !this.#host.gate.enter(target.address)) return undefined;
    const socket = this.#connect(target);
    socket.once('close', () => this.#host.gate.leave(target.address));
    const flow = this.#adopt(socket, target, this.#keyTo(target), {
      connectTimeoutMs: target.connectTimeoutMs,
      isOurs: true,
    });
    socket.once(this.#tls === undefined ? 'connect' : 'secureConnect', () => flow.begin());
    return flow;
  }

  findFlow(description: FlowDescription): StreamFlow | undefined {
    return this.#byId.get(description.connectionId);
  }

  closeFrom(isMeant: (address: string) => boolean): void {
    for (const flow of this.#byId.values()) {
      if (isMeant(flow.remoteAddress)) flow.destroy(new Error('peer is banned'));
    }
  }

  renewTls(tls: TlsOptions): void {
    if (!(this.#server instanceof TlsServer)) return;
    this.#server.setSecureContext(serverTlsSettings(tls));
    this.#tls = tls;
  }

  /** Stops listening and ends all connections at once. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    // The server waits for the connections it accepted, but knows nothing of those we opened.
    const emptied = new Promise<void>((resolve) => {
      if (this.#byId.size === 0) resolve();
      else this.#onEmpty = resolve;
    });
    for (const flow of this.#byId.values()) flow.destroy(new Error('stack closed'));
    await Promise.all([closed, emptied]);
  }

  #connect(target: Target): Socket | TLSSocket {
    const family = isIPv6(target.address) ? 6 : 4;
    const place = {
      host: target.address,
      port: target.port,
      localAddress: this.identity.host,
      family,
    };
    if (this.#tls === undefined) return connectTcp(place);
    return connectTls({ ...place, ...clientTlsSettings(this.#tls, target) });
  }

  #accept(socket: Socket): void {
    const { remoteAddress, remotePort } = socket;
    // Gone between accept and here.
    if (remoteAddress === undefined || remotePort === undefined || socket.destroyed) return;
    // Whoever called over TLS has shown no name, so what is meant for one must not go there.
    const key = this.#tls === undefined ? peerKey(remoteAddress, remotePort) : '';
    const firstMessageMs = this.#host.limits.connectionSilentMs;
    const place = { address: remoteAddress, port: remotePort };
    this.#adopt(socket, place, key, { firstMessageMs }).begin();
  }

  // A connection whose certificate was held against one domain serves no other, though both may
  // live at one address.
  #keyTo({ address, port, domain }: Target): string {
    const place = peerKey(address, port);
    return this.#tls === undefined ? place : `${place}|${domain ?? ''}`;
  }

  #adopt(
    socket: Socket,
    { address, port }: Pick<Target, 'address' | 'port'>,
    key: string,
    terms: ConnectionTerms,
  ): StreamFlow {
    const flow = new StreamFlow(
      this.identity,
      address,
      port,
      socket,
      this.#host,
      (closed) => this.#forget(closed, key),
      terms,
    );
    this.#byId.set(flow.connectionId, flow);
    if (key !== '') this.#byPeer.set(key, flow);
    return flow;
  }

  #forget(flow: StreamFlow, key: string): void {
    this.#byId.delete(flow.connectionId);
    if (this.#byPeer.get(key) === flow) this.#byPeer.delete(key);
    if (this.#byId.size === 0) this.#onEmpty?.();
  }
}

function peerKey(address: string, port: number): string {
  return `${address}|${port}`;
}
