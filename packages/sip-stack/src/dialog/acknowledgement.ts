import { NextHop } from '../stack/next-hop.ts';
import { orderText, type RequestOrder } from '../stack/request-order.ts';
import type { StackCore } from '../stack/stack-core.ts';
import type { Flow, SendWatcher } from '../transport/flow.ts';

/**
 * The ACK to a 2xx: a message of its own, outside of transactions (RFC 3261 §13.2.2.4). Kept as
 * it was sent, and sent again for each repeat of the 2xx.
 */
export class Acknowledgement implements SendWatcher {
  readonly #core: StackCore;
  /** Kept as long as the order. */
  #hop: NextHop | undefined;
  /** Kept until it is certain that the text need not be written for another flow. */
  #order: RequestOrder | undefined;
  #flow: Flow | undefined;
  #text = '';

  constructor(core: StackCore, order: RequestOrder) {
    this.#core = core;
    this.#order = order;
    this.#hop = new NextHop(core.hops, this);
    this.#hop.start(order.path, order.nextHopUri);
  }

  /** The 2xx came again. */
  sendAgain(): void {
    if (this.#flow === undefined) return;
    this.#core.counters.repeatsSent++;
    this.#flow.send(this.#text);
  }

  /** @internal */
  onHop(flow: Flow): void {
    if (this.#order === undefined) return;
    const text = orderText(this.#order, flow, this.#core.ids.makeBranch(), this.#core.product);
    if (this.#hop?.movesToStream(flow, text.length) === true) return;
    this.#flow = flow;
    this.#text = text;
    this.#core.counters.countRequestSent('ACK');
    if (this.#order.body === undefined) this.#settle();
    flow.send(text, this.#order === undefined ? undefined : this);
  }

  /** @internal One too large for a datagram was refused as a stream. */
  onSendFailed(): void {
    if (this.#hop?.failOver('unreachable') !== true) this.#settle();
  }

  /** @internal Without a way the peer repeats its 2xx until it gives up, and ends the call. */
  onNoHop(): void {
    this.#core.counters.countDropped('ack-without-hop');
  }

  #settle(): void {
    this.#order = undefined;
    this.#hop = undefined;
  }
}
