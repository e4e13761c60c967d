import type { MaybePromise } from '@tandem/engine';
import {
  type AckEvent,
  type Body,
  describeRefusal,
  type InfoEvent,
  isRefusal,
  type LegEvent,
  type ModifiedEvent,
  type ModifyEvent,
  type Refusal,
} from '@tandem/messages';
import type { CallContext } from './call-context.ts';
import { goOn } from './go-on.ts';
import { areDigitsEaten, updateRefusal } from './inner-questions.ts';
import type { LegRecord } from './leg-record.ts';
import { askMedia } from './media-question.ts';
import { answerRequest, PendingRequests } from './pending-requests.ts';

/**
 * What crosses between two legs of one call: changes of the session, INFO, transfers. A request
 * waits for its answer within a bound; an answer that nobody waits for is dropped. Glare is the
 * legs' own matter: one with a change of its own under way answers 491 (RFC 3261 §14).
 */
export class Relay {
  readonly #context: CallContext;
  readonly #caller: LegRecord;
  readonly #callee: LegRecord;
  readonly #pending: PendingRequests;
  #isClosed = false;

  constructor(context: CallContext, caller: LegRecord, callee: LegRecord) {
    this.#context = context;
    this.#caller = caller;
    this.#callee = callee;
    this.#pending = new PendingRequests(context.host.wheel);
  }

  /** Passes an event of one leg to the other; what no longer fits is dropped. */
  pass(from: LegRecord, event: LegEvent): MaybePromise<void> {
    if (this.#isClosed) return undefined;
    const to = from === this.#caller ? this.#callee : this.#caller;
    switch (event.type) {
      case 'modify':
        return this.#modify(from, to, event);
      case 'modified':
        return this.#modified(from, to, event);
      case 'modifyCancel':
        if (this.#pending.has(from, 'modify', event.modifyId)) to.leg.send(event);
        return undefined;
      case 'ack':
        return this.#ack(from, to, event);
      case 'info':
        return this.#info(from, to, event);
      case 'infoDone':
        if (this.#pending.take(to, 'info', event.infoId)) to.leg.send(event);
        return undefined;
      case 'refer':
        if (this.#pending.begin(from, event)) to.leg.send(event);
        return undefined;
      case 'notify':
        // The first news of a transfer is its answer; the others follow while it goes on.
        this.#pending.take(to, 'refer', event.referId);
        to.leg.send(event);
        return undefined;
      default:
        return undefined;
    }
  }

  /** Both legs end: nothing waits any more, and nobody is answered. */
  close(): void {
    this.#isClosed = true;
    this.#pending.clear();
  }

  /** One leg is lost while the other goes on: what waits is answered 500. */
  abandon(): void {
    this.#isClosed = true;
    this.#pending.clear(500, 'Server Internal Error');
  }

  #modify(from: LegRecord, to: LegRecord, event: ModifyEvent): MaybePromise<void> {
    if (!this.#pending.begin(from, event)) return undefined;
    return goOn(updateRefusal(this.#context, from, event), (refusal) => {
      if (refusal !== undefined) return this.#refuse(from, event, refusal);
      return goOn(this.#media(from, to, 'offer', event.body), (body) => {
        if (isRefusal(body)) return this.#refuse(from, event, body);
        const isWanted = this.#pending.has(from, 'modify', event.modifyId);
        if (isWanted) to.leg.send(withBody(event, body));
        return undefined;
      });
    });
  }

  #modified(from: LegRecord, to: LegRecord, event: ModifiedEvent): MaybePromise<void> {
    const request = this.#pending.take(to, 'modify', event.modifyId);
    if (request?.type !== 'modify') return undefined;
    const role = request.body === undefined ? 'offer' : 'answer';
    return goOn(this.#media(from, to, role, event.body), (body) => {
      if (this.#isClosed) return;
      if (isRefusal(body)) answerRequest(to, request, ...wordsOf(body));
      else to.leg.send(withBody(event, body));
    });
  }

  #ack(from: LegRecord, to: LegRecord, event: AckEvent): MaybePromise<void> {
    return goOn(this.#media(from, to, 'answer', event.body), (body) => {
      // A refused answer leaves a bare ACK: the leg that waits for it ends, as it must.
      if (!this.#isClosed) to.leg.send(withBody(event, isRefusal(body) ? undefined : body));
    });
  }

  #info(from: LegRecord, to: LegRecord, event: InfoEvent): MaybePromise<void> {
    if (!this.#pending.begin(from, event)) return undefined;
    return goOn(areDigitsEaten(this.#context, from, event), (areEaten) => {
      if (!this.#pending.has(from, 'info', event.infoId)) return;
      if (!areEaten) to.leg.send(event);
      else {
        this.#pending.take(from, 'info', event.infoId);
        answerRequest(from, event, 200, 'OK');
      }
    });
  }

  #refuse(from: LegRecord, event: ModifyEvent, refusal: Refusal): void {
    const isWanted = this.#pending.take(from, 'modify', event.modifyId) !== undefined;
    if (isWanted) answerRequest(from, event, ...wordsOf(refusal));
  }

  #media(
    from: LegRecord,
    to: LegRecord,
    role: 'offer' | 'answer',
    body: Body | undefined,
  ): MaybePromise<Body | Refusal | undefined> {
    return askMedia(this.#context, from.leg.id, to.leg.id, role, body);
  }
}

function withBody<E extends ModifyEvent | ModifiedEvent | AckEvent>(
  event: E,
  body: Body | undefined,
): E {
  return body === event.body ? event : { ...event, body };
}

function wordsOf(refusal: Refusal): [status: number, phrase: string] {
  const { status, phrase } = describeRefusal(refusal);
  return [status, phrase];
}
