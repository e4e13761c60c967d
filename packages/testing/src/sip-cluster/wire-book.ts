import { type Clock } from '@tandem/engine';
import {
  type MemoryMessage,
  type MemoryNetwork,
  parseMessage,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from '@tandem/sip-stack';

/** One message that was on the wire between a node and somebody. */
export interface WireMessage<M extends SipMessage = SipMessage> {
  /** Counts messages in the order in which they were sent. */
  readonly order: number;
  /** Messages that had been sent when this one was delivered. */
  readonly sentBefore: number;
  /** `address:port` */
  readonly from: string;
  readonly to: string;
  readonly atMs: number;
  readonly isDelivered: boolean;
  /** As it was sent, byte for character. */
  readonly text: string;
  readonly sip: M;
}

/** What passes over a network in memory, kept and read; and which of it is lost. */
export class WireBook {
  readonly #network: MemoryNetwork;
  readonly #clock: Clock;
  readonly #kept: Omit<WireMessage, 'sip'>[] = [];
  readonly #read: WireMessage[] = [];
  readonly #silent = new Set<string>();
  #understood = 0;
  #carried = 0;
  /** Decides which messages arrive; everything does by default. */
  passes: (message: MemoryMessage) => boolean = () => true;

  constructor(network: MemoryNetwork, clock: Clock) {
    this.#network = network;
    this.#clock = clock;
    network.passes = (message) => this.#carry(message);
  }

  /** Every SIP message up to now, in order. Keep-alives are left out. */
  get messages(): readonly WireMessage[] {
    for (const entry of this.#kept.slice(this.#understood)) {
      const outcome = parseMessage(Buffer.from(entry.text, 'latin1'));
      if (outcome.kind === 'message') this.#read.push({ ...entry, sip: outcome.message });
    }
    this.#understood = this.#kept.length;
    return this.#read;
  }

  /** Requests of one method, lost ones and repeats too. */
  requests(method: string): readonly WireMessage<SipRequest>[] {
    return this.messages.filter(isRequest).filter(({ sip }) => sip.method === method);
  }

  /** Answers to requests of one method. */
  answers(method: string): readonly WireMessage<SipResponse>[] {
    return this.messages.filter(isResponse).filter(({ sip }) => sip.cseq.method === method);
  }

  /** Nothing from or to that address is carried any more, as when its machine is gone. */
  silence(place: string): void {
    this.#silent.add(place);
    this.#network.release(place);
  }

  /** Whether nothing is carried from or to that address. */
  isSilent(place: string): boolean {
    return this.#silent.has(place);
  }

  /** That address may be bound again. */
  unsilence(place: string): void {
    this.#silent.delete(place);
  }

  /** Loses the first `count` messages that match. */
  loseFirst(count: number, matches: (message: MemoryMessage) => boolean): void {
    let left = count;
    const before = this.passes;
    this.passes = (message) => before(message) && !(left > 0 && matches(message) && left-- > 0);
  }

  #carry(message: MemoryMessage): boolean {
    const { from, to, text } = message;
    // Messages are carried in the order in which they were sent.
    const order = this.#carried++;
    // What a dead process would have sent was never on the wire.
    if (this.#silent.has(from)) return false;
    const isPassed = this.passes(message);
    this.#kept.push({
      order,
      sentBefore: this.#network.log.length,
      from,
      to,
      atMs: this.#clock.monotonicMs(),
      isDelivered: isPassed && !this.#silent.has(to),
      text,
    });
    return isPassed;
  }
}

/** Whether it is a request. */
export function isRequest(message: WireMessage): message is WireMessage<SipRequest> {
  return message.sip.kind === 'request';
}

/** Whether it is an answer. */
export function isResponse(message: WireMessage): message is WireMessage<SipResponse> {
  return message.sip.kind === 'response';
}
