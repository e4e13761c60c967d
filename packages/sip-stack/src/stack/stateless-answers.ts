import { answerFlow, type FlowFinder } from '../transport/answer-flow.ts';
import type { Flow } from '../transport/flow.ts';
import type { AnswerablePart } from '../wire/parse-outcome.ts';
import { responseTo } from '../wire/response-draft.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import { stampSource } from '../wire/via.ts';
import type { Refusal } from './admission.ts';
import { AnswerText } from './answer-text.ts';
import type { CounterSet } from './counter-set.ts';

/** What answers without state are written with. */
export interface StatelessContext {
  readonly counters: CounterSet;
  readonly product: string;
  readonly isSymmetric: boolean;
  readonly findFlow: FlowFinder;
  /** Makes the tags of one boot unlike another's. */
  readonly bootId: string;
}

/** Answers that nothing is kept of (RFC 3261 §8.2.7): a repeat of the request gets the same again. */
export class StatelessAnswers {
  readonly #context: StatelessContext;

  constructor(context: StatelessContext) {
    this.#context = context;
  }

  /** Refuses a request that was read; never an ACK. */
  refuse(request: SipRequest, flow: Flow, refusal: Refusal): void {
    const { counters, product } = this.#context;
    const { status, reason, headers } = refusal;
    const toTag = this.#tagFor(request.callId, request.via.branch ?? '');
    const text = new AnswerText(request, product).write(status, { reason, headers, toTag });
    counters.countResponseSent(status);
    this.wayBack(request, flow).send(text);
  }

  /** Answers a CANCEL whose INVITE we hold, under the tag of the INVITE (§9.2). */
  acceptCancel(cancel: SipRequest, flow: Flow, toTag: string): void {
    const { counters, product } = this.#context;
    counters.countResponseSent(200);
    this.wayBack(cancel, flow).send(new AnswerText(cancel, product).write(200, { toTag }));
  }

  /** Refuses what could be read only in part. */
  refusePartial(partial: AnswerablePart, flow: Flow, status: number, reason: string): void {
    const { counters, isSymmetric, findFlow } = this.#context;
    const { topVia } = partial;
    const [first = '', ...rest] = partial.vias;
    const stamped =
      topVia === undefined
        ? first
        : stampSource(first, topVia, flow.remoteAddress, flow.remotePort);
    const toTag = this.#tagFor(partial.callId, first);
    const draft = responseTo({ ...partial, vias: [stamped, ...rest] }, status, { reason, toTag });
    counters.countResponseSent(status);
    const back = topVia === undefined ? flow : answerFlow(flow, topVia, isSymmetric, findFlow);
    back.send(draft.encode().toString('latin1'));
  }

  /** Whether this ACK belongs to a refusal of which nothing was kept: it bears the tag made for it. */
  isOwnAck(ack: SipRequest): boolean {
    return ack.toTag === this.#tagFor(ack.callId, ack.via.branch ?? '');
  }

  /** The flow that answers to `request` take. */
  wayBack(request: SipRequest, flow: Flow): Flow {
    return answerFlow(flow, request.via, this.#context.isSymmetric, this.#context.findFlow);
  }

  // The same for each repeat, without remembering it: FNV-1a over what repeats share.
  #tagFor(callId: string, branch: string): string {
    let hash = 0x811c9dc5;
    for (const text of [this.#context.bootId, callId, branch]) {
      for (let at = 0; at < text.length; at++) {
        hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
      }
    }
    return `s${(hash >>> 0).toString(16)}`;
  }
}
