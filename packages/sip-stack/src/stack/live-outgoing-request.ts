import { RequestClientTransaction } from '../transaction/request-client-transaction.ts';
import type { Flow } from '../transport/flow.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import { busyForMs, mayTryAfterBusy } from './busy-target.ts';
import { NextHop } from './next-hop.ts';
import type { OutgoingRequest, OutgoingRequestUser, RequestFailure } from './outgoing-request.ts';
import { orderText, type RequestOrder } from './request-order.ts';
import type { StackCore } from './stack-core.ts';

/** A dialog that reads along: target refresh by the answers to UPDATE. */
export interface AnswerReader {
  readFinalAnswer(response: SipResponse, method: string): void;
}

/** A request other than INVITE on its way: next hop, transaction, answers. */
export class LiveOutgoingRequest implements OutgoingRequest {
  readonly method: string;
  readonly callId: string;
  readonly localTag: string;
  readonly #core: StackCore;
  readonly #hop: NextHop;
  readonly #reader: AnswerReader | undefined;
  /** Let go at the end: a dialog remembers its BYE for as long as repeats may come. */
  #order: RequestOrder | undefined;
  #sequence: number;
  #user: OutgoingRequestUser | undefined;
  #flow: Flow | undefined;
  #isEnded = false;
  #isHeard = false;

  constructor(
    core: StackCore,
    order: RequestOrder,
    user: OutgoingRequestUser | undefined,
    reader?: AnswerReader,
  ) {
    this.#core = core;
    this.#order = order;
    this.#sequence = order.sequence;
    this.#user = user;
    this.#reader = reader;
    this.#hop = new NextHop(core.hops, this);
    this.method = order.method;
    this.callId = order.callId;
    this.localTag = order.localTag;
  }

  get sequence(): number {
    return this.#sequence;
  }

  get flow(): Flow | undefined {
    return this.#flow;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** Sends it; `sequence` where it was not known when the request was ordered. */
  start(sequence?: number): void {
    if (this.#order === undefined) return;
    if (sequence !== undefined) {
      this.#sequence = sequence;
      this.#order = { ...this.#order, sequence };
    }
    const { path, nextHopUri, isWithinDialog } = this.#order;
    const { isOpen, transactions } = this.#core;
    if (!isOpen || (transactions.isFull && !isWithinDialog)) {
      queueMicrotask(() => this.fail('refused', 'the stack takes no more requests'));
      return;
    }
    this.#hop.start(path, nextHopUri);
  }

  /** Ends it without an answer; what still comes is not told. */
  fail(kind: RequestFailure['kind'], message: string): void {
    this.onNoHop({ kind, status: kind === 'timeout' ? 408 : 503, message });
  }

  /** @internal */
  onHop(flow: Flow): void {
    if (this.#order === undefined) return;
    const { transactions, ids, counters, product } = this.#core;
    const branch = ids.makeBranch();
    const text = orderText(this.#order, flow, branch, product);
    if (this.#hop.movesToStream(flow, text.length)) return;
    this.#flow = flow;
    const transaction = new RequestClientTransaction(branch, this.method, flow, transactions, this);
    transactions.addRequestClient(transaction);
    counters.countRequestSent(this.method);
    transaction.start(text);
  }

  /** @internal */
  onNoHop(failure: RequestFailure): void {
    const user = this.#end();
    if (user !== undefined) this.#core.tell(() => user.onFailed(failure));
  }

  /** @internal */
  onProvisional(response: SipResponse): void {
    this.#isHeard = true;
    this.#hop.hear();
    const user = this.#user;
    if (user?.onProvisional !== undefined) this.#core.tell(() => user.onProvisional?.(response));
  }

  /** @internal */
  onFinal(response: SipResponse): void {
    if (this.#failsOver(response)) return;
    this.#hop.hear();
    const user = this.#end();
    this.#reader?.readFinalAnswer(response, this.method);
    if (user !== undefined) this.#core.tell(() => user.onFinal(response));
  }

  /** @internal */
  onTimeout(): void {
    if (this.#core.isOpen && !this.#isHeard && this.#hop.failOver('silent')) return;
    this.fail('timeout', `no answer to ${this.method} in 64·T1`);
  }

  /** @internal */
  onTransportError(failure: Error): void {
    if (this.#core.isOpen && !this.#isHeard && this.#hop.failOver('unreachable')) return;
    this.fail('transport', failure.message);
  }

  #failsOver(response: SipResponse): boolean {
    const mayTryNext = this.#core.isOpen && mayTryAfterBusy(response, this.#order?.path);
    return mayTryNext && this.#hop.failOver('busy', busyForMs(response));
  }

  #end(): OutgoingRequestUser | undefined {
    const user = this.#user;
    this.#hop.abandon();
    this.#user = undefined;
    this.#order = undefined;
    this.#isEnded = true;
    return user;
  }
}
