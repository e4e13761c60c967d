import {
  type AnswerOf,
  type AskName,
  type CallFacts,
  type Cancellation,
  type Extra,
  Lane,
  type MaybePromise,
  type Message,
  type ParamsOf,
  type SendOptions,
  type TellName,
  Trail,
} from '@tandem/engine';
import type { SwitchHost } from './switch-host.ts';

/** What all messages about one call share, and the ways to send them in the call's order. */
export class CallContext {
  readonly #lane = new Lane();
  readonly #told: SendOptions;
  /** The story of the call: asked with every question, and told with the final records. */
  readonly trail = new Trail();
  /** What packages know of the call. */
  readonly facts: CallFacts;
  /** The call's id over the whole cluster; only call.preroute may give it another. */
  billid: string;

  constructor(
    readonly host: SwitchHost,
    /** Unique on this node: the billid, unless a sister's was adopted. */
    readonly id: string,
    facts: CallFacts | undefined,
  ) {
    this.billid = id;
    this.facts = { ...facts };
    this.#told = { facts: this.facts, lane: this.#lane };
  }

  /** Monotonic ms. */
  get nowMs(): number {
    return this.host.clock.monotonicMs();
  }

  /** Whether anybody handles that message: what nobody hears need not be made. */
  isHandled(name: AskName | TellName): boolean {
    return this.host.bus.handlersOf(name).length > 0;
  }

  /** A question about this call, whose params the sender reads back. */
  question<N extends AskName>(
    name: N,
    params: ParamsOf<N>,
    extra: readonly Extra[] | undefined,
    cancellation: Cancellation | undefined,
  ): Message<N> {
    const { facts, trail } = this;
    const options = { facts, lane: this.#lane, trail, extra, cancellation };
    return this.host.bus.message(name, params, options);
  }

  /** Asks in the call's turn. @throws TandemError when a handler failed */
  ask<N extends AskName>(message: Message<N>): MaybePromise<AnswerOf<N> | undefined> {
    return this.host.bus.askMessage(message, this.#told);
  }

  /** Tells in the call's turn; what fails is logged by the bus and lost. Never throws. */
  tell<N extends TellName>(name: N, params: ParamsOf<N>): void {
    try {
      const faults = this.host.bus.tell(name, params, this.#told);
      if (faults instanceof Promise) faults.catch((fault: unknown) => this.#lost(name, fault));
    } catch (fault) {
      this.#lost(name, fault);
    }
  }

  /** Tells a final record, until a journal has taken it. Never throws. */
  tellFinal(params: ParamsOf<'call.cdr'>): void {
    const { facts, trail } = this;
    this.host.finalRecords.tell(params, { facts, lane: this.#lane, trail });
  }

  #lost(name: string, fault: unknown): void {
    this.host.meters.messagesLost++;
    this.host.log.error('a message about a call was not dispatched', {
      message: name,
      call: this.billid,
      fault: String(fault),
    });
  }
}
