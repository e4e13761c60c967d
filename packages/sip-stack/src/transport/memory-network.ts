import type { Flow, FlowDescription, SendWatcher, TransportName } from './flow.ts';
import { ListenerIdentity } from './listener-identity.ts';
import type { Listener, ListenOptions } from './listener.ts';
import type { Target } from './target.ts';
import type { TransportListener } from './transport-listener.ts';
import type { TransportUser } from './transport-user.ts';

/** One message on its way through a {@link MemoryNetwork}. */
export interface MemoryMessage {
  readonly text: string;
  /** `address:port` */
  readonly from: string;
  readonly to: string;
}

/** First port given to listeners that let the network choose. */
const FIRST_PORT = 40_000;

/**
 * A network in memory for tests on a manual clock: stacks that share it reach each other without
 * sockets, in order, one microtask later. Faults are had by `passes`.
 */
export class MemoryNetwork {
  /** Everything sent, lost messages too, in order. */
  readonly log: MemoryMessage[] = [];
  /** Decides of each message whether it arrives. */
  passes: (message: MemoryMessage) => boolean = () => true;
  readonly #sockets = new Map<string, (message: MemoryMessage) => void>();
  #nextPort = FIRST_PORT;

  /** Binds a listener; rejects where the address is taken. */
  async open(
    options: ListenOptions,
    address: string,
    user: TransportUser,
  ): Promise<TransportListener> {
    const port = options.port === 0 ? this.#nextPort++ : options.port;
    const place = `${address}:${port}`;
    const identity = new ListenerIdentity(options, address, port);
    const listener = new MemoryListener(this, place, identity, user);
    this.attach(place, (message) => listener.receive(message));
    return Promise.resolve(listener);
  }

  /** Binds `address:port` for a peer made by hand; throws where it is taken. */
  attach(place: string, receive: (message: MemoryMessage) => void): void {
    if (this.#sockets.has(place)) throw new Error(`bind EADDRINUSE ${place}`);
    this.#sockets.set(place, receive);
  }

  /** Puts a message on the wire; `onLost` hears that nobody is bound to its destination. */
  send(message: MemoryMessage, onLost?: (failure: Error) => void): void {
    this.log.push(message);
    queueMicrotask(() => {
      if (!this.passes(message)) return;
      const receive = this.#sockets.get(message.to);
      if (receive !== undefined) receive(message);
      else onLost?.(new Error(`connect ECONNREFUSED ${message.to}`));
    });
  }

  /** Frees an address; what is on its way there is refused. */
  release(place: string): void {
    this.#sockets.delete(place);
  }
}

class MemoryListener implements TransportListener {
  isOpen = true;

  constructor(
    readonly network: MemoryNetwork,
    readonly place: string,
    readonly identity: ListenerIdentity,
    readonly user: TransportUser,
  ) {}

  flowTo(target: Target): Flow {
    return new MemoryFlow(this, target.address, target.port);
  }

  findFlow(description: FlowDescription): Flow {
    return new MemoryFlow(this, description.remoteAddress, description.remotePort);
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.network.release(this.place);
    return Promise.resolve();
  }

  receive(message: MemoryMessage): void {
    const colon = message.from.lastIndexOf(':');
    const address = message.from.slice(0, colon);
    const flow = new MemoryFlow(this, address, Number(message.from.slice(colon + 1)));
    this.user.onBytes(Buffer.from(message.text, 'latin1'), flow);
  }
}

class MemoryFlow implements Flow {
  readonly connectionId = 0;
  readonly isReliable: boolean;
  readonly transport: TransportName;
  readonly #socket: MemoryListener;

  constructor(
    socket: MemoryListener,
    readonly remoteAddress: string,
    readonly remotePort: number,
  ) {
    this.#socket = socket;
    this.transport = socket.identity.transport;
    this.isReliable = this.transport !== 'udp';
  }

  get listener(): Listener {
    return this.#socket.identity;
  }

  get isOpen(): boolean {
    return this.#socket.isOpen;
  }

  send(text: string, watcher?: SendWatcher): void {
    const to = `${this.remoteAddress}:${this.remotePort}`;
    const fail = (failure: Error): void => {
      this.#socket.user.onSendFailed(this);
      watcher?.onSendFailed(failure);
    };
    if (!this.isOpen) queueMicrotask(() => fail(new Error('socket closed')));
    else {
      this.#socket.user.onSending(text, this);
      this.#socket.network.send({ text, from: this.#socket.place, to }, fail);
    }
  }

  watch(): void {}

  unwatch(): void {}
}
