import {
  type AnswerOf,
  type AskName,
  Cancellation,
  type MaybePromise,
  type Message,
} from '@tandem/engine';
import {
  type Admission,
  type CallArrival,
  type CallBlock,
  isRefusal,
  type Leg,
  type Refusal,
  refuse,
  type Route,
} from '@tandem/messages';
import { blockOf } from './call-block.ts';
import type { CallContext } from './call-context.ts';

type Next<N extends AskName> = (
  setup: CallSetup,
  message: Message<N>,
  answer: AnswerOf<N> | undefined,
) => void;

/** Who hears how setting up went. */
export interface SetupHost {
  /** call.preroute is over: the call has its id, and its first record can be told. */
  onPrerouted(block: CallBlock): void;
  /** Routed and admitted: branches may be placed. */
  onAdmitted(route: Route, admission: Admission | undefined): void;
  onRefused(refusal: Refusal): void;
}

/**
 * The questions before the first branch, each in its turn:
 *
 *   call.preroute ──> call.route ──> call.admit ──> branches
 *
 * What handlers change in one question is there in the next; only the billid stands from
 * preroute on. Synchronous handlers make no promise. Once cancelled, whatever a question that
 * still runs may answer is dropped; a hold taken by then is released by the call's finalize,
 * which is told in the same lane, so behind that question.
 */
export class CallSetup {
  readonly #context: CallContext;
  readonly #host: SetupHost;
  readonly #cancellation = new Cancellation();
  readonly #maxForwards: number;
  #isOver = false;
  /** Params as the last handler left them. */
  block: CallBlock;
  extra: CallArrival['extra'];
  #route: Route | undefined = undefined;

  constructor(context: CallContext, host: SetupHost, leg: Leg, arrival: CallArrival) {
    this.#context = context;
    this.#host = host;
    this.block = blockOf(context.billid, leg, arrival);
    this.extra = arrival.extra;
    this.#maxForwards = arrival.offer.maxForwards;
  }

  /** Begins to ask. */
  start(): void {
    const question = this.#context.question(
      'call.preroute',
      this.block,
      this.extra,
      this.#cancellation,
    );
    this.#ask(question, prerouted);
  }

  /** Calls the questions off. */
  cancel(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#cancellation.cancel();
  }

  /** @internal */
  prerouted(message: Message<'call.preroute'>, refusal: Refusal | undefined): void {
    const { billid } = message.params;
    if (billid !== '') this.#context.billid = billid;
    this.#keep(message);
    this.#host.onPrerouted(this.block);
    if (this.#isOver) return;
    if (refusal !== undefined) return this.#refuse(refusal);
    const { block, extra } = this;
    this.#ask(this.#context.question('call.route', block, extra, this.#cancellation), routed);
  }

  /** @internal */
  routed(message: Message<'call.route'>, answer: Route | Refusal | undefined): void {
    this.#keep(message);
    if (answer === undefined) return this.#refuse(refuse('noroute', 'nobody routed the call'));
    if (isRefusal(answer)) return this.#refuse(answer);
    if (!Array.isArray(answer.groups)) return this.#refuse(refuse('failure', 'that is no route'));
    const callto = answer.groups.find((group) => group.length > 0)?.[0]?.callto;
    if (callto === undefined) return this.#refuse(refuse('noroute', 'the route is empty'));
    // With none left the next one may still be the last (RFC 3261 §16.3).
    if (this.#maxForwards < 0) return this.#refuse(refuse('hops'));
    this.#route = answer;
    // The new field first: one that is added to a copy costs V8 several microseconds.
    const params = { callto, ...this.block };
    const question = this.#context.question('call.admit', params, this.extra, this.#cancellation);
    this.#ask(question, admitted);
  }

  /** @internal */
  admitted(answer: Admission | Refusal | undefined): void {
    if (isRefusal(answer)) return this.#refuse(answer);
    this.#isOver = true;
    this.#host.onAdmitted(this.#route!, answer);
  }

  #ask<N extends AskName>(message: Message<N>, next: Next<N>): void {
    let answer: MaybePromise<AnswerOf<N> | undefined>;
    try {
      answer = this.#context.ask(message);
    } catch {
      // The bus has logged who failed and why: a call that cannot be judged is not carried.
      return this.#refuse(faulty);
    }
    if (answer instanceof Promise) {
      void answer.then(
        (later) => this.#go(message, later, next),
        () => this.#refuse(faulty),
      );
    } else this.#go(message, answer, next);
  }

  #go<N extends AskName>(
    message: Message<N>,
    answer: AnswerOf<N> | undefined,
    next: Next<N>,
  ): void {
    if (!this.#isOver) next(this, message, answer);
  }

  #refuse(refusal: Refusal): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#host.onRefused(refusal);
  }

  #keep(message: Message<'call.preroute'> | Message<'call.route'>): void {
    const { params, extra } = message;
    const { billid } = this.#context;
    this.block = params.billid === billid ? params : { ...params, billid };
    this.extra = extra;
  }
}

const faulty: Refusal = refuse('failure', 'a handler failed');

// Named here and not in place, so that a question costs no function of its own.
function prerouted(
  setup: CallSetup,
  message: Message<'call.preroute'>,
  refusal: Refusal | undefined,
): void {
  setup.prerouted(message, refusal);
}

function routed(
  setup: CallSetup,
  message: Message<'call.route'>,
  answer: Route | Refusal | undefined,
): void {
  setup.routed(message, answer);
}

function admitted(
  setup: CallSetup,
  _message: Message<'call.admit'>,
  answer: Admission | Refusal | undefined,
): void {
  setup.admitted(answer);
}
