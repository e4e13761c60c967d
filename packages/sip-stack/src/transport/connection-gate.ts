import type { Server } from 'node:net';

/**
 * Bounds the connections of a stack, together and from one address. Those over the bound, and
 * those of the banned, are closed before a byte is read, so that a flood costs an accept each and nothing more.
 */
export class ConnectionGate {
  readonly #byAddress = new Map<string, number>();
  #count = 0;

  constructor(
    readonly connectionsMax: number,
    readonly connectionsPerAddressMax: number,
    readonly onRefused: (address: string) => void,
    readonly isBanned: (address: string) => boolean,
  ) {}

  /** Connections now, those in handshake and our own included. */
  get count(): number {
    return this.#count;
  }

  /** Counts one in; false when there is no room. Each success is followed by one `leave`. */
  enter(address: string): boolean {
    const own = this.#byAddress.get(address) ?? 0;
    if (this.#count >= this.connectionsMax || own >= this.connectionsPerAddressMax) {
      this.onRefused(address);
      return false;
    }
    this.#count++;
    this.#byAddress.set(address, own + 1);
    return true;
  }

  leave(address: string): void {
    this.#count--;
    const own = (this.#byAddress.get(address) ?? 1) - 1;
    if (own === 0) this.#byAddress.delete(address);
    else this.#byAddress.set(address, own);
  }

  /** Stands at the door of a server, before TLS and HTTP have their turn. */
  guard(server: Server): void {
    server.prependListener('connection', (socket) => {
      const address = socket.remoteAddress ?? '';
      if (this.isBanned(address)) socket.destroy();
      else if (this.enter(address)) socket.once('close', () => this.leave(address));
      else socket.destroy();
    });
  }
}
