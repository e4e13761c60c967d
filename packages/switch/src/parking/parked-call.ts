import {
  type Body,
  type HangupEvent,
  type Leg,
  type LegEvent,
  type ModifiedEvent,
  type ModifyEvent,
  refuse,
} from '@tandem/messages';
import { failedBy } from '../reasons.ts';
import { fittedAnswer } from './fitted-answer.ts';
import { heldAnswer, heldOffer } from './held-description.ts';
import { OutgoingEnd } from './outgoing-end.ts';

/** What a parked call is made with. */
export interface ParkedCallOptions {
  /** Id of the leg at which the caller is parked: `nextLegId('park')`. */
  readonly legId: string;
  /** The orbit, shown as the leg's address. */
  readonly orbit: string;
  /** The caller's offer, if his INVITE brought one. */
  readonly offer: Body | undefined;
  /** Any number that differs between sessions, such as the wall time. */
  readonly sessionId: number;
  /** The orbit is free again: the caller was fetched, or has left. Called once. */
  readonly onFree: () => void;
}

/** Seconds after which a fetch may be tried again that met a change of the session. */
const RETRY_AFTER_SECONDS = 3;

/**
 * A caller who waits in an orbit, and the one who fetches him: two calls, each with an outgoing
 * leg that ends here, joined back to back.
 *
 *   caller ── call 1 ── leg ═╗               parked: answered at once, media held
 *                            ║               asking: the fetcher is there, re-INVITE without offer
 *   fetcher ─ call 2 ── leg ═╝               joined: what one call says, the other hears
 *
 *   parked ──fetch──> asking ──modified 2xx──> answering ──accepted, ack──> joined
 *     ^ ^               │  │ refused                │
 *     │ └───────────────┼──┴────────────────────────┘ fetcher left
 *     └──── leaving <───┘ fetcher left: until the caller has answered all the same
 *
 * A hang-up of either ends both; each call keeps its own records. The caller's 200 brings his
 * offer; the fetcher's own description goes back with the ACK.
 */
export class ParkedCall {
  readonly #options: ParkedCallOptions;
  readonly #parked: OutgoingEnd;
  #fetcher: OutgoingEnd | undefined = undefined;
  #fetcherOffer: Body | undefined = undefined;
  /** The description with which the caller answered the re-INVITE. */
  #callerOffer: Body | undefined = undefined;
  #fetches = 0;
  #isFreed = false;
  #state: 'parked' | 'asking' | 'answering' | 'leaving' | 'joined' | 'over' = 'parked';

  constructor(options: ParkedCallOptions) {
    this.#options = options;
    const { legId, orbit, offer, sessionId } = options;
    this.#parked = new OutgoingEnd(legId, 'park', orbit, (event) => this.#fromCaller(event));
    const body = offer === undefined ? heldOffer(sessionId) : heldAnswer(offer, sessionId);
    if (body === undefined) this.#refuse();
    else {
      const isLate = offer === undefined;
      this.#parked.tell({ type: 'answered', dialog: 'park', body, answeredAgoMs: 0, isLate });
    }
  }

  /** The leg at which the caller waits: what `call.execute` of his call is answered with. */
  get leg(): Leg {
    return this.#parked;
  }

  /** Whether somebody can fetch the caller now. */
  get isWaiting(): boolean {
    return this.#state === 'parked';
  }

  /**
   * Fetches the caller: the leg with which the fetcher's `call.execute` is answered, or
   * undefined if somebody else is about to, or he has left.
   */
  fetch(legId: string, offer: Body | undefined): Leg | undefined {
    if (this.#state !== 'parked') return undefined;
    this.#state = 'asking';
    const { orbit } = this.#options;
    const fetcher = new OutgoingEnd(legId, 'park', orbit, (event) => this.#fromFetcher(event));
    this.#fetcher = fetcher;
    this.#fetcherOffer = offer;
    this.#fetches++;
    this.#parked.tell({ type: 'modify', modifyId: this.#modifyId, method: 'INVITE' });
    return fetcher;
  }

  get #modifyId(): string {
    return `fetch-${this.#fetches}`;
  }

  #fromCaller(event: LegEvent): void {
    if (event.type === 'hangup') this.#callerLeft(event);
    else if (event.type === 'modified' && event.modifyId === this.#modifyId) this.#asked(event);
    else if (this.#state === 'joined') this.#fetcher?.tell(event);
    else this.#whileWaiting(event);
  }

  #fromFetcher(event: LegEvent): void {
    if (event.type === 'hangup') this.#fetcherLeft(event);
    else if (this.#state === 'joined') this.#parked.tell(event);
    else if (this.#state === 'answering') {
      if (event.type === 'accepted' && this.#fetcherOffer) this.#join(this.#fetcherOffer);
      else if (event.type === 'ack') this.#join(event.body);
    }
  }

  /** The caller has answered the re-INVITE; nobody may be there any more who wants to know. */
  #asked(event: ModifiedEvent): void {
    const offer = event.status >= 200 && event.status < 300 ? event.body : undefined;
    if (this.#state === 'leaving') {
      this.#state = 'parked';
      if (offer) this.#holdAgain(offer);
    } else if (this.#state === 'asking') {
      if (offer) this.#answer(offer);
      else this.#refused(event);
    }
  }

  #answer(offer: Body): void {
    this.#state = 'answering';
    this.#callerOffer = offer;
    const isLate = this.#fetcherOffer === undefined;
    const body = this.#fetcherOffer ? fittedAnswer(this.#fetcherOffer, offer) : offer;
    this.#fetcher?.tell({ type: 'answered', dialog: 'park', body, answeredAgoMs: 0, isLate });
  }

  #refused({ status }: ModifiedEvent): void {
    this.#state = 'parked';
    const overrides = status === 491 ? { retryAfterSeconds: RETRY_AFTER_SECONDS } : {};
    this.#fetcher?.tell(failedBy(refuse('offline', `re-INVITE: ${status}`, overrides), 'node'));
    this.#fetcher?.tell({ type: 'gone' });
  }

  #join(answer: Body | undefined): void {
    this.#state = 'joined';
    const offer = this.#callerOffer!;
    const body = answer === undefined ? undefined : fittedAnswer(offer, answer);
    this.#parked.tell({ type: 'ack', modifyId: this.#modifyId, body });
    this.#free();
  }

  #callerLeft(event: HangupEvent): void {
    const fetcher = this.#fetcher;
    const wasJoined = this.#state === 'joined' || this.#state === 'answering';
    const wasAsking = this.#state === 'asking';
    this.#state = 'over';
    this.#parked.tell({ type: 'gone' });
    if (wasJoined) fetcher?.tell({ ...event, by: otherSide(event.by) });
    else if (wasAsking) fetcher?.tell(failedBy(refuse('offline', 'the caller has left'), 'node'));
    fetcher?.tell({ type: 'gone' });
    this.#free();
  }

  #fetcherLeft(event: HangupEvent): void {
    const former = this.#state;
    this.#fetcher?.tell({ type: 'gone' });
    this.#fetcher = undefined;
    if (former === 'joined') {
      this.#state = 'over';
      this.#parked.tell({ ...event, by: otherSide(event.by) });
      this.#parked.tell({ type: 'gone' });
    } else if (former === 'answering') {
      this.#state = 'parked';
      this.#holdAgain(this.#callerOffer);
    } else if (former === 'asking') {
      this.#state = 'leaving';
      this.#parked.tell({ type: 'modifyCancel', modifyId: this.#modifyId });
    }
  }

  /** Nobody fetches him after all: his offer is answered with hold, as he was before. */
  #holdAgain(offer: Body | undefined): void {
    const body = offer === undefined ? undefined : heldAnswer(offer, this.#options.sessionId);
    this.#parked.tell({ type: 'ack', modifyId: this.#modifyId, body });
  }

  /** The caller says something while nobody is there. */
  #whileWaiting(event: LegEvent): void {
    if (event.type === 'modify') this.#parked.tell(this.#answerTo(event));
    else if (event.type === 'info') {
      this.#parked.tell({ type: 'infoDone', infoId: event.infoId, status: 200 });
    } else if (event.type === 'refer') {
      const { referId } = event;
      const declined = { status: 603, phrase: 'Decline', isFinal: true };
      this.#parked.tell({ type: 'notify', referId, ...declined });
    }
  }

  #answerTo({ modifyId, body: offer }: ModifyEvent): ModifiedEvent {
    const answer = { type: 'modified', modifyId } as const;
    if (this.#state !== 'parked') return { ...answer, status: 491, phrase: 'Request Pending' };
    const { sessionId } = this.#options;
    const body = offer === undefined ? heldOffer(sessionId) : heldAnswer(offer, sessionId);
    if (body === undefined) return { ...answer, status: 488, phrase: 'Not Acceptable Here' };
    return { ...answer, status: 200, phrase: 'OK', body };
  }

  #refuse(): void {
    this.#state = 'over';
    this.#parked.tell(failedBy(refuse('unacceptable', 'no plain audio to hold'), 'node'));
    this.#parked.tell({ type: 'gone' });
    this.#free();
  }

  #free(): void {
    if (this.#isFreed) return;
    this.#isFreed = true;
    this.#options.onFree();
  }
}

/** Of one call the caller, of the other the called party. */
function otherSide(by: HangupEvent['by']): HangupEvent['by'] {
  return by === 'caller' || by === 'callee' ? 'callee' : by;
}
