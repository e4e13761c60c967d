import { type TimerOwner, type TimerWheel, WheelTimer } from '@tandem/engine';
import { type Body, isSdp, type LegEvent, type ModifiedEvent, refuse } from '@tandem/messages';
import type { ParkLeg } from './park-leg.ts';

/** Glare is tried again after this pause (RFC 3261 §14.1: 2.1 to 4 s for the owner of the Call-ID). */
const RETRY_MS = 2_100;
const TRIES_MAX = 3;

/** How a join ended. */
export type JoinOutcome = 'joined' | 'still-parked';

/**
 * Joins the caller who waits to the one who takes him up (RFC 3725 flow I, both being callers):
 *
 *   parked caller            ParkLegs              taker (his INVITE brought an offer)
 *        │ <── re-INVITE, no SDP ──│
 *        │ ─── 200, offer 1 ─────> │ ── 200, nothing flows ──> │
 *        │                         │ ── re-INVITE, offer 1 ──> │
 *        │                         │ <── 200, answer ───────── │
 *        │ <── ACK, answer ─────── │                           │
 *
 * A taker without an offer gets offer 1 in his 200, and his ACK brings the answer. Every offer
 * is answered, whatever goes wrong: then with an answer that lets nothing flow, and the parked
 * caller waits on.
 */
export class Join implements TimerOwner {
  readonly #wheel: TimerWheel;
  readonly #parked: ParkLeg;
  readonly #taker: ParkLeg;
  readonly #takerOffer: Body | undefined;
  readonly #onEnd: (outcome: JoinOutcome) => void;
  readonly #retry = new WheelTimer(this);
  /** Numbers the changes that we ask for, over all tries. */
  #change = 0;
  #tries = 0;
  #step: 'asking-parked' | 'answering-taker' | 'asking-taker' | 'over' = 'asking-parked';
  /** The taker has left: what is under way with the parked caller is brought to its end. */
  #isAbandoned = false;
  /** The parked caller's offer, and the change whose ACK is owed its answer. */
  #offer: { readonly modifyId: string; readonly body: Body } | undefined;

  constructor(
    wheel: TimerWheel,
    parked: ParkLeg,
    taker: ParkLeg,
    takerOffer: Body | undefined,
    onEnd: (outcome: JoinOutcome) => void,
  ) {
    this.#wheel = wheel;
    this.#parked = parked;
    this.#taker = taker;
    this.#takerOffer = takerOffer;
    this.#onEnd = onEnd;
  }

  /** Asks the parked caller for his offer. */
  start(): void {
    this.#ask(this.#parked, undefined);
  }

  /** An event of one of the two callers; false: it has nothing to do with the join. */
  take(leg: ParkLeg, event: LegEvent): boolean {
    if (this.#step === 'over') return false;
    const isParked = leg === this.#parked;
    switch (event.type) {
      case 'modified':
        if (event.modifyId !== this.#modifyId) return true;
        if (isParked) this.#offered(event);
        else this.#answered(event);
        return true;
      case 'accepted':
        if (!isParked && this.#step === 'answering-taker' && this.#takerOffer !== undefined) {
          this.#step = 'asking-taker';
          this.#tries = 0;
          this.#ask(this.#taker, this.#offer!.body);
        }
        return true;
      case 'ack':
        if (!isParked && this.#step === 'answering-taker') this.#join(event.body);
        return true;
      case 'modify':
        leg.tell({
          type: 'modified',
          modifyId: event.modifyId,
          status: 491,
          phrase: 'Request Pending',
        });
        return true;
      default:
        return false;
    }
  }

  /** One of the two has hung up. */
  left(leg: ParkLeg): void {
    if (this.#step === 'over') return;
    if (leg === this.#parked) {
      this.#taker.end(refuse('offline', 'the parked caller has hung up'), 'callee');
      this.#end('still-parked');
    } else if (this.#offer !== undefined) this.#holdOn();
    else if (this.#retry.isRunning) this.#end('still-parked');
    else this.#isAbandoned = true;
  }

  /** The node or the orbit ends. */
  stop(): void {
    this.#step = 'over';
    this.#wheel.stop(this.#retry);
  }

  onTimer(): void {
    if (this.#step === 'asking-parked') this.#ask(this.#parked, undefined);
    else if (this.#step === 'asking-taker') this.#ask(this.#taker, this.#offer!.body);
  }

  get #modifyId(): string {
    return `${this.#taker.id}-${this.#change}`;
  }

  #ask(leg: ParkLeg, body: Body | undefined): void {
    this.#tries++;
    this.#change++;
    const modifyId = this.#modifyId;
    leg.tell({ type: 'modify', modifyId, method: 'INVITE', body: leg.face.offer(body) });
  }

  /** The parked caller's answer to our question. */
  #offered(event: ModifiedEvent): void {
    if (this.#step !== 'asking-parked') return;
    if (isSuccess(event) && isSdp(event.body)) {
      this.#offer = { modifyId: event.modifyId, body: event.body };
      if (this.#isAbandoned) this.#holdOn();
      else this.#answerTaker();
    } else if (this.#isAbandoned) this.#end('still-parked');
    else if (event.status === 491 && this.#tries < TRIES_MAX) this.#retryLater();
    else {
      if (isSuccess(event)) this.#parked.tell({ type: 'ack', modifyId: event.modifyId });
      this.#taker.end(refuse('unavailable', `the parked caller answered ${event.status}`));
      this.#end('still-parked');
    }
  }

  #answerTaker(): void {
    this.#step = 'answering-taker';
    const { face } = this.#taker;
    const offer = this.#takerOffer;
    if (offer === undefined) this.#taker.answer(face.offer(this.#offer!.body)!, true);
    else this.#taker.answer(face.hold(offer), false);
  }

  /** The taker's answer to the parked caller's offer. */
  #answered(event: ModifiedEvent): void {
    if (this.#step !== 'asking-taker') return;
    if (isSuccess(event)) this.#join(event.body);
    else if (event.status === 491 && this.#tries < TRIES_MAX) this.#retryLater();
    else {
      this.#holdOn();
      this.#taker.end(refuse('unacceptable', `no common session: ${event.status}`), 'callee');
    }
  }

  #join(answer: Body | undefined): void {
    if (answer === undefined) {
      this.#holdOn();
      this.#taker.end(refuse('unacceptable', 'the offer was not answered'), 'callee');
      return;
    }
    const { modifyId } = this.#offer!;
    this.#parked.tell({ type: 'ack', modifyId, body: this.#parked.face.answer(answer) });
    this.#end('joined');
  }

  /** The parked caller's offer gets an answer that lets nothing flow: he waits on. */
  #holdOn(): void {
    const { modifyId, body } = this.#offer!;
    this.#parked.tell({ type: 'ack', modifyId, body: this.#parked.face.hold(body) });
    this.#end('still-parked');
  }

  #retryLater(): void {
    this.#wheel.start(this.#retry, RETRY_MS);
  }

  #end(outcome: JoinOutcome): void {
    this.stop();
    this.#onEnd(outcome);
  }
}

function isSuccess({ status }: ModifiedEvent): boolean {
  return status >= 200 && status < 300;
}
