import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { SeededDie } from './seeded-die.ts';

/** How bad the network is. */
export interface LossyRelayOptions {
  /** Where datagrams of any sender go: the host and port behind the relay. */
  readonly host: string;
  readonly port: number;
  /** Part of the datagrams lost each way, 0 to 1. */
  readonly loss: number;
  /** Same seed, same fate for the same sequence of datagrams. */
  readonly seed: number;
  /** Part of the datagrams delivered twice, 0 to 1; default 0. */
  readonly duplicates?: number;
}

/** Senders the relay tells apart at once; the oldest makes room. */
const SENDERS_MAX = 256;

/**
 * A UDP relay on loopback that loses datagrams by a seeded die, both ways. Each sender gets a
 * socket of its own towards the far side, so that answers find back.
 */
export class LossyRelay implements AsyncDisposable {
  readonly #options: LossyRelayOptions;
  readonly #front: Socket;
  readonly #backs = new Map<string, Socket>();
  readonly #die: SeededDie;
  #passed = 0;
  #lost = 0;

  private constructor(front: Socket, options: LossyRelayOptions) {
    this.#front = front;
    this.#options = options;
    this.#die = new SeededDie(options.seed);
    front.on('message', (bytes, source) => this.#forward(bytes, source));
  }

  /** Opens the relay on a port that the system chooses. */
  static async open(options: LossyRelayOptions): Promise<LossyRelay> {
    const front = createSocket({ type: 'udp4', recvBufferSize: 4_194_304 });
    await new Promise<void>((resolve) => void front.bind(0, '127.0.0.1', resolve));
    return new LossyRelay(front, options);
  }

  /** The port to send to instead of the far side's. */
  get port(): number {
    return this.#front.address().port;
  }

  /** Datagrams that came through, both ways. */
  get passed(): number {
    return this.#passed;
  }

  /** Datagrams that did not, both ways. */
  get lost(): number {
    return this.#lost;
  }

  async close(): Promise<void> {
    const sockets = [this.#front, ...this.#backs.values()];
    this.#backs.clear();
    await Promise.all(
      sockets.map((socket) => new Promise<void>((resolve) => void socket.close(resolve))),
    );
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #forward(bytes: Buffer, source: RemoteInfo): void {
    const back = this.#backOf(source);
    this.#pass(() => back.send(bytes, this.#options.port, this.#options.host));
  }

  #backOf(source: RemoteInfo): Socket {
    const key = `${source.address}:${source.port}`;
    const known = this.#backs.get(key);
    if (known !== undefined) return known;
    const back = createSocket({ type: 'udp4', recvBufferSize: 4_194_304 });
    back.bind(0, '127.0.0.1');
    back.on('message', (bytes) => {
      this.#pass(() => this.#front.send(bytes, source.port, source.address));
    });
    this.#backs.set(key, back);
    if (this.#backs.size > SENDERS_MAX) this.#forgetOldest();
    return back;
  }

  #forgetOldest(): void {
    for (const [key, socket] of this.#backs) {
      this.#backs.delete(key);
      socket.close();
      return;
    }
  }

  #pass(send: () => void): void {
    if (this.#die.throw() < this.#options.loss) {
      this.#lost++;
      return;
    }
    this.#passed++;
    send();
    if (this.#die.throw() < (this.#options.duplicates ?? 0)) send();
  }
}
