import { type TimerOwner, type TimerWheel, WheelTimer } from '@tandem/engine';
import {
  type Body,
  type HangupEvent,
  type Leg,
  type LegEvent,
  type LegState,
  type ModifiedEvent,
  refuse,
} from '@tandem/messages';
import { failedBy, hangupBy } from './reasons.ts';
import type { SuccessorLeg } from './successor-leg.ts';

/** The call in which a leg is to be replaced. */
export interface ReplacingCall {
  readonly wheel: TimerWheel;
  /** Says something to the call as the leg that is being replaced would. */
  hear(event: LegEvent): void;
  /** The attempt is over without success: the leg stands for itself again. */
  restore(leg: Leg): void;
}

/** Glare is tried again after this pause (RFC 3261 §14.1: 2.1 to 4 s for the owner of the Call-ID). */
const RETRY_MS = 2_100;
const TRIES_MAX = 3;

/**
 * Takes the place of one leg of a call that is up, for a new caller (RFC 3891 §3):
 *
 *   asking:   leg ─────── StandIn ── call 1 ── the one who stays
 *                             │ modify, in the leg's name
 *                        SuccessorLeg ── call 2 ── the new caller
 *
 *   joined:   leg (BYE)
 *             StandIn ── call 1 ── the one who stays
 *                ⇅
 *             SuccessorLeg ── call 2 ── the new caller
 *
 * Asked first is the one who stays, with the new caller's offer. Only his yes ends the leg: until
 * then, and where he says no, call 1 is as it was. To call 1 it is the same leg throughout: the
 * same id in its records, and the same payer.
 */
export class StandIn implements Leg, TimerOwner {
  readonly id: string;
  readonly driver: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly address: string;
  readonly callId: string | undefined;
  readonly userAgent: string | undefined;
  readonly #call: ReplacingCall;
  readonly #leg: Leg;
  readonly #successor: SuccessorLeg;
  readonly #offer: Body | undefined;
  readonly #retry = new WheelTimer(this);
  #stage: 'asking' | 'calledOff' | 'joined' | 'gone' = 'asking';
  #tries = 0;
  /** The change whose ACK is owed the new caller's answer: he had made no offer. */
  #owedTo: string | undefined;

  constructor(call: ReplacingCall, leg: Leg, successor: SuccessorLeg, offer: Body | undefined) {
    this.id = leg.id;
    this.driver = leg.driver;
    this.direction = leg.direction;
    this.address = leg.address;
    this.callId = leg.callId;
    this.userAgent = leg.userAgent;
    this.#call = call;
    this.#leg = leg;
    this.#successor = successor;
    this.#offer = offer;
  }

  get state(): LegState {
    if (this.#stage === 'joined') return 'up';
    return this.#stage === 'gone' ? 'gone' : this.#leg.state;
  }

  /** Asks the one who stays. */
  start(): void {
    this.#leg.attach((event) => this.#ofLeg(event));
    this.#ask();
  }

  /** The call is never told anew who hears a leg: see {@link ReplacingCall}. */
  attach(listener: (event: LegEvent) => void): void {
    if (this.#stage !== 'joined') this.#leg.attach(listener);
  }

  send(event: LegEvent): void {
    if (this.#stage === 'joined') return this.#cross(event);
    if (event.type === 'modified' && this.#isOurs(event)) return this.#answered(event);
    if (event.type === 'hangup') this.#fail();
    return this.#leg.send(event);
  }

  /** What the new caller does, once joined; before that only his leaving counts. */
  take(event: LegEvent): void {
    if (this.#stage === 'asking') {
      if (event.type === 'hangup') this.#callOff();
    } else if (this.#stage === 'joined') {
      if (event.type === 'hangup') this.#leave(event);
      else if (event.type === 'ack' && event.modifyId === undefined) this.#acknowledge(event.body);
      else this.#call.hear(event);
    }
  }

  onTimer(): void {
    this.#ask();
  }

  get #modifyId(): string {
    return `${this.#successor.id}-${this.#tries}`;
  }

  #isOurs({ modifyId }: ModifiedEvent): boolean {
    return modifyId.startsWith(`${this.#successor.id}-`);
  }

  #ask(): void {
    this.#tries++;
    const modifyId = this.#modifyId;
    this.#call.hear({ type: 'modify', modifyId, method: 'INVITE', body: this.#offer });
  }

  #answered(event: ModifiedEvent): void {
    const isYes = event.status >= 200 && event.status < 300;
    if (this.#stage === 'calledOff') this.#call.restore(this.#leg);
    else if (event.status === 491 && this.#tries < TRIES_MAX) {
      this.#call.wheel.start(this.#retry, RETRY_MS);
    } else if (isYes) this.#join(event);
    else {
      this.#stage = 'calledOff';
      this.#call.restore(this.#leg);
      const { status, phrase, warning } = event;
      const no = failedBy(refuse('unacceptable', 'the one who stays said no'), 'carrier');
      this.#successor.fail({ ...no, status, phrase, ...(warning !== undefined && { warning }) });
    }
  }

  #join({ modifyId, body }: ModifiedEvent): void {
    this.#stage = 'joined';
    this.#leg.attach(() => undefined);
    this.#leg.send(hangupBy('engine', 'replaced', 16, 200));
    const isLate = this.#offer === undefined;
    if (isLate) this.#owedTo = modifyId;
    this.#successor.answer(body, isLate);
  }

  // The new caller's ACK brought the answer to the offer of the one who stays.
  #acknowledge(body: Body | undefined): void {
    const modifyId = this.#owedTo;
    this.#owedTo = undefined;
    if (modifyId !== undefined) this.#call.hear({ type: 'ack', modifyId, body });
  }

  // What the leg itself does while the other one is being asked.
  #ofLeg(event: LegEvent): void {
    if (event.type === 'hangup' || event.type === 'gone') this.#fail();
    this.#call.hear(event);
  }

  // The call it is about ends meanwhile: there is nothing left to take over.
  #fail(): void {
    if (this.#stage !== 'asking') return;
    this.#stage = 'calledOff';
    this.#call.wheel.stop(this.#retry);
    this.#successor.fail(failedBy(refuse('nocall', 'the call has ended'), 'node'));
  }

  #callOff(): void {
    this.#stage = 'calledOff';
    // Between two tries nothing is under way; else the answer to the call-off restores the leg.
    if (!this.#retry.isRunning) {
      this.#call.hear({ type: 'modifyCancel', modifyId: this.#modifyId });
      return;
    }
    this.#call.wheel.stop(this.#retry);
    this.#call.restore(this.#leg);
  }

  #cross(event: LegEvent): void {
    if (event.type !== 'hangup') return this.#successor.tell(event);
    this.#stage = 'gone';
    this.#successor.leave(event);
    return this.#call.hear({ type: 'gone' });
  }

  #leave(event: HangupEvent): void {
    // An offer still unanswered is the end of it anyway.
    this.#acknowledge(undefined);
    this.#stage = 'gone';
    this.#call.hear(event);
    this.#call.hear({ type: 'gone' });
  }
}
