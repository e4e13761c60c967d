import { createSocket, type Socket } from 'node:dgram';

import { isSix } from '../wire/address-bytes.ts';
import { encodeHep3 } from './hep3.ts';
import type { HepOptions } from './hep-options.ts';
import type { TracedMessage } from './traced-message.ts';

/** Packets that may wait for the system at once; above, they are thrown away. */
const WAITING_MAX = 1_000;

/**
 * Sends copies to a collector and waits for nothing: what the system does not take at once, or
 * nobody receives, is lost and counted. It keeps no process alive.
 */
export class HepSender {
  readonly #options: HepOptions;
  #socket: Socket | undefined;
  #isOpen = true;
  #waiting = 0;
  #sent = 0;
  #dropped = 0;

  constructor(options: HepOptions) {
    this.#options = options;
  }

  get sent(): number {
    return this.#sent;
  }

  get dropped(): number {
    return this.#dropped;
  }

  send(message: TracedMessage): void {
    const { address, port } = this.#options;
    const packet = this.#waiting < WAITING_MAX ? encodeHep3(message, this.#options) : undefined;
    if (packet === undefined || !this.#isOpen) {
      this.#dropped++;
      return;
    }
    this.#waiting++;
    this.#open().send(packet, port, address, (failure) => {
      this.#waiting--;
      if (failure === null) this.#sent++;
      else this.#dropped++;
    });
  }

  close(): void {
    this.#isOpen = false;
    this.#socket?.close();
    this.#socket = undefined;
  }

  #open(): Socket {
    if (this.#socket !== undefined) return this.#socket;
    const family = isSix(this.#options.address) ? 6 : 4;
    const socket = createSocket({
      type: family === 6 ? 'udp6' : 'udp4',
      lookup: (address, _options, found) => found(null, address, family),
    });
    // A collector that is away is no fault of ours: the callback of `send` has counted it.
    socket.on('error', () => {});
    socket.unref();
    this.#socket = socket;
    return socket;
  }
}
