import { ManualClock } from '@tandem/engine';

import { MemoryNetwork } from '../transport/memory-network.ts';
import type { StackNotice } from '../transport/notice.ts';
import { parseMessage } from '../wire/parse-message.ts';
import { SipRequest } from '../wire/sip-request.ts';
import { SipResponse } from '../wire/sip-response.ts';
import { createSipStack } from './live-sip-stack.ts';
import type { SipStack } from './sip-stack.ts';
import type { SipStackOptions } from './stack-options.ts';

/** Where the stack under test listens. */
export const STACK = '127.0.0.1:5060';

/** A message that a hand-made peer received, and when. */
export interface Received {
  readonly atMs: number;
  readonly text: string;
  readonly message: SipRequest | SipResponse;
}

/** A stack on a manual clock, and peers made by hand around it. */
export class MemoryBench {
  readonly clock = new ManualClock();
  readonly network = new MemoryNetwork();
  readonly notices: StackNotice[] = [];
  readonly stack: SipStack;

  constructor(options: Partial<SipStackOptions> = {}) {
    this.stack = createSipStack({
      clock: this.clock,
      network: this.network,
      bootId: 'boot',
      onNotice: (notice) => void this.notices.push(notice),
      ...options,
    });
  }

  static async open(
    transport: 'udp' | 'tcp' = 'udp',
    options: Partial<SipStackOptions> = {},
  ): Promise<MemoryBench> {
    const bench = new MemoryBench(options);
    await bench.stack.listen({ transport, host: '127.0.0.1', port: 5060 });
    return bench;
  }

  peer(place = '10.0.0.1:5060'): HandPeer {
    return new HandPeer(this, place);
  }

  /** Turns the clock; messages on their way arrive first. */
  async turn(ms: number): Promise<void> {
    await this.clock.advance(ms);
  }

  /** Lets messages arrive without turning the clock. */
  async settle(): Promise<void> {
    await this.clock.advance(0);
  }

  /** Everything that must be zero after a call. */
  leftovers(): number {
    const { gauges } = this.stack.stats();
    const { listeners: _listeners, ...rest } = gauges;
    return Object.values(rest).reduce((sum, gauge) => sum + gauge, 0);
  }
}

/** What a hand-made request consists of; everything has a default. */
export interface HandRequest {
  readonly method: string;
  readonly uri?: string;
  readonly via?: string;
  readonly branch?: string;
  readonly callId?: string;
  readonly cseq?: number;
  readonly fromTag?: string;
  readonly toTag?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** A peer that says exactly what a test wants and notes what it hears. */
export class HandPeer {
  readonly received: Received[] = [];
  readonly #bench: MemoryBench;

  constructor(
    bench: MemoryBench,
    readonly place: string,
  ) {
    this.#bench = bench;
    bench.network.attach(place, ({ text }) => {
      const outcome = parseMessage(Buffer.from(text, 'latin1'));
      if (outcome.kind !== 'message') throw new Error(`unreadable: ${outcome.kind}\n${text}`);
      this.received.push({ atMs: bench.clock.monotonicMs(), text, message: outcome.message });
    });
  }

  /** Responses received, in order. */
  get responses(): SipResponse[] {
    return this.received.map(({ message }) => message).filter((m) => m instanceof SipResponse);
  }

  /** Requests received, in order. */
  get requests(): SipRequest[] {
    return this.received.map(({ message }) => message).filter((m) => m instanceof SipRequest);
  }

  get statuses(): number[] {
    return this.responses.map(({ status }) => status);
  }

  get methods(): string[] {
    return this.requests.map(({ method }) => method);
  }

  /** When messages came, in ms. */
  get times(): number[] {
    return this.received.map(({ atMs }) => atMs);
  }

  async send(text: string): Promise<void> {
    this.#bench.network.send({ text, from: this.place, to: STACK });
    await this.#bench.settle();
  }

  async request(request: HandRequest): Promise<void> {
    await this.send(this.requestText(request));
  }

  requestText(request: HandRequest): string {
    const { method, cseq = 1, body = '' } = request;
    const tag = request.toTag === undefined ? '' : `;tag=${request.toTag}`;
    const via = request.via ?? `SIP/2.0/UDP ${this.place};branch=${request.branch ?? 'z9hG4bKone'}`;
    const lines = [
      `${method} ${request.uri ?? `sip:bob@${STACK}`} SIP/2.0`,
      `Via: ${via}`,
      `From: <sip:alice@example.com>;tag=${request.fromTag ?? 'alice'}`,
      `To: <sip:bob@example.com>${tag}`,
      `Call-ID: ${request.callId ?? 'call-1'}`,
      `CSeq: ${cseq} ${method}`,
      `Contact: <sip:alice@${this.place}>`,
      'Max-Forwards: 70',
      ...(request.headers ?? []),
      `Content-Length: ${body.length}`,
    ];
    return `${lines.join('\r\n')}\r\n\r\n${body}`;
  }

  /** Answers a request of the stack's. */
  async answer(
    request: SipRequest,
    status: number,
    options: { tag?: string; headers?: readonly string[]; body?: string } = {},
  ): Promise<void> {
    const { tag, headers = [], body = '' } = options;
    const to = tag === undefined ? request.to.text : `${request.to.text};tag=${tag}`;
    const lines = [
      `SIP/2.0 ${status} Whatever`,
      ...request.getAll('Via').map((via) => `Via: ${via}`),
      `From: ${request.from.text}`,
      `To: ${to}`,
      `Call-ID: ${request.callId}`,
      `CSeq: ${request.cseq.number} ${request.cseq.method}`,
      ...(tag === undefined ? [] : [`Contact: <sip:${tag}@${this.place}>`]),
      ...headers,
      `Content-Length: ${body.length}`,
    ];
    await this.send(`${lines.join('\r\n')}\r\n\r\n${body}`);
  }

  /** The last request received. */
  get lastRequest(): SipRequest {
    const request = this.requests.at(-1);
    if (request === undefined) throw new Error('no request was received');
    return request;
  }

  get lastResponse(): SipResponse {
    const response = this.responses.at(-1);
    if (response === undefined) throw new Error('no response was received');
    return response;
  }
}
