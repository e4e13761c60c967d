import { createSocket, type Socket } from 'node:dgram';
import { pause } from './eventually.ts';

/** One answer that came back, and the request that it answers. */
export interface RelayedAnswer {
  readonly request: string;
  readonly answer: string;
}

/** Beyond this nothing more is noted. */
const NOTES_MAX = 10_000;

/**
 * A long way to a node, for one sender: answers come late, by as much as that, and all of them are
 * noted with what they answer, by Call-ID and CSeq.
 */
export class SlowRelay implements AsyncDisposable {
  readonly answers: RelayedAnswer[] = [];
  readonly #asked = new Map<string, string>();

  #isOver = false;

  private constructor(
    readonly front: Socket,
    readonly back: Socket,
  ) {}

  /** Opens it at `host`, with the node beyond it. */
  static async open(
    host: string,
    node: { readonly sipHost: string; readonly sipPort: number },
    delayMs: number,
  ): Promise<SlowRelay> {
    const [front, back] = [createSocket('udp4'), createSocket('udp4')];
    for (const socket of [front, back]) {
      await new Promise<void>((resolve) => void socket.bind(0, host, resolve));
    }
    const relay = new SlowRelay(front, back);
    let sender = { address: host, port: 0 };
    front.on('message', (bytes, source) => {
      sender = source;
      relay.#note(bytes.toString('latin1'));
      back.send(bytes, node.sipPort, node.sipHost);
    });
    back.on('message', (bytes) => {
      relay.#match(bytes.toString('latin1'));
      void pause(delayMs).then(() => relay.#pass(bytes, sender));
    });
    return relay;
  }

  /** Port that the sender sends to. */
  get port(): number {
    return this.front.address().port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    for (const socket of [this.front, this.back]) {
      await new Promise<void>((resolve) => void socket.close(resolve));
    }
  }

  #pass(bytes: Buffer, { address, port }: { readonly address: string; readonly port: number }) {
    if (!this.#isOver) this.front.send(bytes, port, address);
  }

  #note(text: string): void {
    const key = keyOf(text);
    if (this.#asked.size < NOTES_MAX) this.#asked.set(key, text);
  }

  #match(answer: string): void {
    const request = this.#asked.get(keyOf(answer));
    if (request === undefined || this.answers.length >= NOTES_MAX) return;
    this.answers.push({ request, answer });
  }
}

function keyOf(text: string): string {
  const of = (name: string): string =>
    new RegExp(`^${name}\\s*:\\s*(.*?)\\s*$`, 'im').exec(text)?.[1] ?? '';
  return `${of('Call-ID')} ${of('CSeq')}`;
}
