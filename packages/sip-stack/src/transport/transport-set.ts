import type { ConnectionHost } from './connection-host.ts';
import type { Flow, FlowDescription, TransportName } from './flow.ts';
import { isSix } from '../wire/address-bytes.ts';
import { commonPrefixBits, isLoopback } from './address-distance.ts';
import { readAdvertised } from './listener-identity.ts';
import type { Listener, ListenOptions, TlsOptions } from './listener.ts';
import type { MemoryNetwork } from './memory-network.ts';
import { localAddresses } from './local-addresses.ts';
import { StreamListener } from './stream-listener.ts';
import type { Target } from './target.ts';
import type { TransportListener } from './transport-listener.ts';
import { UdpListener } from './udp-listener.ts';
import { WebSocketListener } from './web-socket-listener.ts';

/** All listeners of a stack, and which of them serves a target. */
export class TransportSet {
  readonly #host: ConnectionHost;
  readonly #receiveBufferBytes: number;
  readonly #network: MemoryNetwork | undefined;
  readonly #listeners: TransportListener[] = [];

  /** `network`: where to open sockets instead of the machine's own. */
  constructor(host: ConnectionHost, receiveBufferBytes: number, network?: MemoryNetwork) {
    this.#host = host;
    this.#network = network;
    this.#receiveBufferBytes = receiveBufferBytes;
  }

  get listeners(): readonly Listener[] {
    return this.#listeners.map(({ identity }) => identity);
  }

  /** How long what came has waited to be handled, ms: at the listener that is furthest behind. */
  get waitedMs(): number {
    return this.#listeners.reduce((most, { waitedMs = 0 }) => Math.max(most, waitedMs), 0);
  }

  /** Opens all sockets that `options` stand for, or none. */
  async listen(options: ListenOptions): Promise<readonly Listener[]> {
    readAdvertised(options.advertise);
    const addresses = localAddresses(options.host);
    const isMany = addresses.length > 1;
    const opened: TransportListener[] = [];
    try {
      for (const address of addresses) {
        const name =
          isMany && options.name !== undefined ? `${options.name}/${address}` : undefined;
        const single = name === undefined ? options : { ...options, name };
        const listener = await this.#open(single, address);
        opened.push(listener);
        if (this.#listeners.some(({ identity }) => identity.name === listener.identity.name)) {
          throw new RangeError(`There is a listener ${listener.identity.name} already.`);
        }
      }
    } catch (fault) {
      await Promise.all(opened.map((listener) => listener.close()));
      throw fault;
    }
    this.#listeners.push(...opened);
    return opened.map(({ identity }) => identity);
  }

  /**
   * A flow to `target` from the listener named, or one of its role, which speaks the transport and
   * family and lies nearest. Undefined when there is none, or no room for a connection.
   */
  flowTo(target: Target, listenerName: string | undefined): Flow | undefined {
    return this.#nearest(target, listenerName)?.flowTo(target);
  }

  /** Whether requests can be sent over `transport` to addresses of `family`. */
  speaks(transport: TransportName, family: 4 | 6): boolean {
    return this.#listeners.some(
      ({ identity }) => identity.transport === transport && isSix(identity.host) === (family === 6),
    );
  }

  findFlow(description: FlowDescription): Flow | undefined {
    const listener = this.#listeners.find(({ identity }) => identity.name === description.listener);
    return listener?.identity.transport === description.transport
      ? listener.findFlow(description)
      : undefined;
  }

  /** Ends at once the connections of the addresses that are meant. */
  closeFrom(isMeant: (address: string) => boolean): void {
    for (const listener of this.#listeners) listener.closeFrom?.(isMeant);
  }

  /** Closes the listeners of that name. */
  async unlisten(listenerName: string): Promise<void> {
    const meant = this.#listeners.filter(({ identity }) => isNamed(identity.name, listenerName));
    for (const listener of meant) this.#listeners.splice(this.#listeners.indexOf(listener), 1);
    await Promise.all(meant.map((listener) => listener.close()));
  }

  renewTls(listenerName: string, tls: TlsOptions): void {
    for (const listener of this.#listeners) {
      if (isNamed(listener.identity.name, listenerName)) listener.renewTls?.(tls);
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#listeners.splice(0).map((listener) => listener.close()));
  }

  async #open(options: ListenOptions, address: string): Promise<TransportListener> {
    const { transport } = options;
    if (this.#network !== undefined) return this.#network.open(options, address, this.#host.user);
    if (transport === 'udp') {
      return UdpListener.open(options, address, this.#receiveBufferBytes, this.#host);
    }
    return transport === 'ws' || transport === 'wss'
      ? WebSocketListener.open(options, address, this.#host)
      : StreamListener.open(options, address, this.#host);
  }

  // A socket bound to a loopback address cannot reach the world, nor may one of the world be
  // the right one for a peer on this machine. Where the one named does not speak the transport,
  // as when a dialog begun over TCP names a target of UDP, another of the same role does.
  #nearest(target: Target, listenerName: string | undefined): TransportListener | undefined {
    const named = listenerName === undefined ? undefined : this.#named(listenerName);
    if (listenerName !== undefined && named === undefined) return undefined;
    let best: TransportListener | undefined;
    // Judged only against another one: most nodes have one listener for each transport.
    let bestScore: number | undefined;
    for (const listener of this.#listeners) {
      const { identity } = listener;
      if (identity.transport !== target.transport) continue;
      if (isSix(identity.host) !== isSix(target.address)) continue;
      if (named !== undefined && named.role !== identity.role) continue;
      if (best === undefined) best = listener;
      else {
        bestScore ??= scoreOf(best.identity, target, listenerName, named);
        const score = scoreOf(identity, target, listenerName, named);
        if (score > bestScore) [best, bestScore] = [listener, score];
      }
    }
    return best;
  }

  #named(name: string): Listener | undefined {
    return this.#listeners.find(({ identity }) => isNamed(identity.name, name))?.identity;
  }
}

function isNamed(name: string, wanted: string): boolean {
  return name === wanted || name.startsWith(`${wanted}/`);
}

/** How near a listener lies to a target, and to the listener that was named. */
function scoreOf(
  identity: Listener,
  target: Target,
  listenerName: string | undefined,
  named: Listener | undefined,
): number {
  return (
    (listenerName !== undefined && isNamed(identity.name, listenerName) ? 4_000 : 0) +
    (named?.host === identity.host ? 2_000 : 0) +
    (isLoopback(identity.host) === isLoopback(target.address) ? 1_000 : 0) +
    commonPrefixBits(identity.host, target.address)
  );
}
