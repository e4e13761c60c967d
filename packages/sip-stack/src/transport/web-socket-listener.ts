import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer, Server as HttpsServer } from 'node:https';
import type { Duplex } from 'node:stream';

import { WebSocketServer } from 'ws';

import type { ConnectionHost } from './connection-host.ts';
import type { FlowDescription } from './flow.ts';
import { listenOn } from './listen-on.ts';
import type { ListenOptions, TlsOptions } from './listener.ts';
import { ListenerIdentity } from './listener-identity.ts';
import { serverTlsSettings } from './tls-settings.ts';
import type { TransportListener } from './transport-listener.ts';
import { WebSocketFlow } from './web-socket-flow.ts';

/** The subprotocol that a SIP WebSocket must speak (RFC 7118 §4.1). */
const SUBPROTOCOL = 'sip';

/**
 * One WS or WSS server for browsers and JsSIP (RFC 7118). It never connects by itself: such a
 * peer is reached on the connection it opened or not at all.
 */
export class WebSocketListener implements TransportListener {
  readonly #server: Server;
  readonly #host: ConnectionHost;
  readonly #origins: ReadonlySet<string> | undefined;
  readonly #handshakes: WebSocketServer;
  readonly #byId = new Map<number, WebSocketFlow>();
  #isOpen = true;

  private constructor(
    readonly identity: ListenerIdentity,
    server: Server,
    host: ConnectionHost,
    origins: readonly string[] | undefined,
  ) {
    this.#server = server;
    this.#host = host;
    this.#origins = origins === undefined ? undefined : new Set(origins);
    this.#handshakes = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: host.parseLimits.messageBytesMax,
      handleProtocols: () => SUBPROTOCOL,
    });
    server.on('request', (_request, response) => {
      response.writeHead(426, { Upgrade: 'websocket', Connection: 'close' }).end();
    });
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
  }

  /** Binds one literal address; rejects with the system's error or that of the certificates. */
  static async open(
    options: ListenOptions,
    address: string,
    host: ConnectionHost,
  ): Promise<WebSocketListener> {
    const { tls } = options;
    if (options.transport === 'wss' && tls === undefined) {
      throw new TypeError('A wss listener needs a certificate and a key.');
    }
    const server =
      tls === undefined
        ? createHttpServer()
        : createHttpsServer(serverTlsSettings(tls, host.limits.connectTimeoutMs));
    server.headersTimeout = host.limits.connectTimeoutMs;
    const port = await listenOn(server, address, options.port, host);
    const identity = new ListenerIdentity(options, address, port);
    return new WebSocketListener(identity, server, host, options.origins);
  }

  /** None: nobody listens behind a browser. */
  flowTo(): undefined {
    return undefined;
  }

  findFlow(description: FlowDescription): WebSocketFlow | undefined {
    return this.#byId.get(description.connectionId);
  }

  closeFrom(isMeant: (address: string) => boolean): void {
    for (const flow of this.#byId.values()) if (isMeant(flow.remoteAddress)) flow.destroy();
  }

  renewTls(tls: TlsOptions): void {
    if (this.#server instanceof HttpsServer) this.#server.setSecureContext(serverTlsSettings(tls));
  }

  /** Stops listening and ends all connections at once. */
  async close(): Promise<void> {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    const closed = new Promise<void>((resolve) => void this.#server.close(() => resolve()));
    for (const flow of this.#byId.values()) flow.destroy();
    this.#server.closeAllConnections();
    await closed;
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = this.#refusal(request);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    this.#handshakes.handleUpgrade(request, socket, head, (webSocket) => {
      const address = request.socket.remoteAddress ?? '';
      const port = request.socket.remotePort ?? 0;
      const flow = new WebSocketFlow(
        this.identity,
        address,
        port,
        webSocket,
        this.#host,
        (closed) => void this.#byId.delete(closed.connectionId),
      );
      this.#byId.set(flow.connectionId, flow);
    });
  }

  #refusal(request: IncomingMessage): string | undefined {
    const { origin, 'sec-websocket-protocol': protocols } = request.headers;
    const offered = (protocols ?? '').split(',').map((protocol) => protocol.trim().toLowerCase());
    if (!offered.includes(SUBPROTOCOL)) return '400 Bad Request';
    if (this.#origins === undefined || origin === undefined) return undefined;
    return this.#origins.has(origin) ? undefined : '403 Forbidden';
  }
}
