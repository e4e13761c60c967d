import type { Cancellation, Extra, TimerOwner } from '@tandem/engine';
import { WheelTimer } from '@tandem/engine';
import {
  type Body,
  type ExecuteParams,
  type FailedEvent,
  type HangupEvent,
  isRefusal,
  type Leg,
  type LegEvent,
  type Refusal,
  refuse,
} from '@tandem/messages';
import type { CallContext } from './call-context.ts';
import { LegRecord } from './leg-record.ts';
import { GIVEN_UP_MS, LINGER_MS } from './limits.ts';
import { askMedia } from './media-question.ts';
import { failedBy, hangupBy } from './reasons.ts';
import type { Relay } from './relay.ts';

/** Who hears what becomes of a branch. */
export interface BranchHost {
  /** An event of the branch's leg, in order. */
  onLegEvent(branch: Branch, event: LegEvent): void;
  /** It will not answer any more; its leg may live on for a while. */
  onBranchFailed(branch: Branch, failure: FailedEvent): void;
  /** Its leg has said its last word, and its records are told. */
  onBranchOver(branch: Branch): void;
}

const NO_REPLY = 0;
const POST_DIAL_DELAY = 1;
const RING = 2;
const LAST_WORD = 3;

/**
 * One destination that is tried: its leg, its timers, its records.
 *
 *   placing ─leg─> calling ─trying─> trying ─18x─> early ─answered─> won
 *      │              └────────────────┴─────────────┴─ failed, timers, given up ─> lost
 *      └─ refused ─> lost                                   (lives on until its leg's `gone`)
 *
 * The switch owns the three timers of every branch, whatever carries it: `noReplyMs` until the
 * peer is heard, `postDialDelayMs` until it rings, `ringMs` from the INVITE and again from the
 * first ringing. At their end the leg gets `hangup`, and its driver knows whether that is a
 * CANCEL or an INVITE to be abandoned.
 */
export class Branch implements TimerOwner {
  readonly #context: CallContext;
  readonly #host: BranchHost;
  #noReply: WheelTimer | undefined = undefined;
  #postDialDelay: WheelTimer | undefined = undefined;
  #ring: WheelTimer | undefined = undefined;
  #lastWord: WheelTimer | undefined = undefined;
  /** What the leg is told once it is there. */
  #farewell: HangupEvent | undefined = undefined;
  #isOver = false;
  #hasRung = false;
  state: 'placing' | 'calling' | 'trying' | 'early' | 'won' | 'lost' = 'placing';
  record: LegRecord | undefined = undefined;
  /** Monotonic instant of its 2xx, once there is one. */
  answeredMs: number | undefined = undefined;
  /** Early dialogs that the caller knows of. */
  dialogs: string[] | undefined = undefined;
  /** Early media that the caller did not get to hear of, by dialog; it goes with the 200. */
  withheld: Map<string, Body> | undefined = undefined;
  /** Requests inside the call that wait for the other side. */
  relay: Relay | undefined = undefined;

  constructor(
    context: CallContext,
    host: BranchHost,
    /** Counts branches of the whole call from 1: names its dialogs. */
    readonly index: number,
    readonly params: ExecuteParams,
    /** The number before anyone changed it. */
    readonly calledfull: string,
  ) {
    this.#context = context;
    this.#host = host;
  }

  get leg(): Leg | undefined {
    return this.record?.leg;
  }

  /** It may still answer, and win. */
  get isCompeting(): boolean {
    return this.state !== 'won' && this.state !== 'lost';
  }

  /** Asks for the leg. */
  place(extra: readonly Extra[], cancellation: Cancellation): void {
    const { id, offer } = this.params;
    const body = askMedia(this.#context, id, '', 'offer', offer.body);
    if (body instanceof Promise) {
      void body.then((later) => this.#execute(later, extra, cancellation));
    } else this.#execute(body, extra, cancellation);
  }

  /** Something was heard of the peer: called at the event's arrival, before it waits for its turn. */
  heard(event: LegEvent): void {
    if (!this.isCompeting) return;
    const { wheel } = this.#context.host;
    if (this.#noReply) wheel.stop(this.#noReply);
    if (event.type === 'answered') {
      this.answeredMs ??= this.#context.nowMs - event.answeredAgoMs;
      this.#stopTimers();
    } else if (event.type === 'progress' && event.status >= 180 && !this.#hasRung) {
      this.#hasRung = true;
      if (this.#postDialDelay) wheel.stop(this.#postDialDelay);
      if (this.#ring) wheel.start(this.#ring, this.#ringMs);
    }
  }

  /** It has answered first. */
  win(): void {
    this.state = 'won';
    this.#stopTimers();
  }

  /** It told `failed`, or could not be placed. */
  fail(failure: FailedEvent): void {
    if (!this.isCompeting) return;
    this.state = 'lost';
    this.#stopTimers();
    const { reason, status, q850 } = failure;
    const hangupBy = failure.where === 'carrier' ? 'callee' : 'engine';
    this.record?.end({ reason, sipCode: status, q850: q850 ?? 0, hangupBy });
    this.#awaitLastWord(LINGER_MS);
    this.#host.onBranchFailed(this, failure);
    if (this.record === undefined) this.#over();
  }

  /** It is not wanted any more: tells the leg, which lives on until its `gone`. */
  giveUp(hangup: HangupEvent): void {
    if (!this.isCompeting) return;
    this.state = 'lost';
    this.#stopTimers();
    this.#farewell = hangup;
    if (this.record) this.#sayFarewell(this.record);
  }

  /** Answered after it was given up: nobody pays, and the peer gets ACK and BYE. */
  answeredLate(): void {
    const { record } = this;
    if (record === undefined || record.isFinished) return;
    if (!record.isLateAnswer) this.#context.host.meters.lateAnswers++;
    record.isLateAnswer = true;
    record.leg.send(this.#farewell ?? hangupBy('engine', 'cancelled', 16));
  }

  /** The leg's last word. */
  gone(isLateAnswer: boolean): void {
    const { record } = this;
    if (record === undefined) return;
    record.isGone = true;
    if (isLateAnswer && !record.isLateAnswer) {
      record.isLateAnswer = true;
      this.#context.host.meters.lateAnswers++;
    }
    if (this.state !== 'won') this.finish();
  }

  /** Tells the records of the branch; the end of it. */
  finish(): void {
    this.#stopTimers();
    this.record?.finish();
    this.#over();
  }

  /** We will not have it, whatever its peer says: given up, and failed. */
  reject(refusal: Refusal): void {
    if (!this.isCompeting) return;
    const failure = failedBy(refusal, 'node');
    const { reason, status, q850 = 0 } = failure;
    this.record?.end({ reason, sipCode: status, q850, hangupBy: 'engine' });
    this.giveUp(hangupBy('engine', reason, q850));
    this.#host.onBranchFailed(this, failure);
  }

  /** It has won, and left; the call goes on without it. */
  leave(): void {
    this.state = 'lost';
    if (this.record?.isGone === true) this.finish();
    else this.#awaitLastWord(LINGER_MS);
  }

  onTimer(kind: number): void {
    if (kind === LAST_WORD) this.finish();
    else if (kind === NO_REPLY) this.reject(refuse('timeout', 'no reply'));
    else if (kind === POST_DIAL_DELAY) this.reject(refuse('postdialdelay'));
    else this.reject(refuse('noanswer', 'ringing time over'));
  }

  #execute(
    body: Body | Refusal | undefined,
    extra: readonly Extra[],
    cancellation: Cancellation,
  ): void {
    if (!this.isCompeting) return this.#over();
    if (isRefusal(body)) return this.fail(failedBy(body));
    const { offer } = this.params;
    const params =
      body === offer.body ? this.params : { ...this.params, offer: { ...offer, body } };
    const message = this.#context.question('call.execute', params, extra, cancellation);
    try {
      const answer = this.#context.ask(message);
      if (!(answer instanceof Promise)) return this.#placed(answer);
      void answer.then(
        (later) => this.#placed(later),
        () => this.#placed(faulty),
      );
    } catch {
      // The bus has logged who failed and why.
      this.#placed(faulty);
    }
  }

  #placed(answer: Leg | Refusal | undefined): void {
    if (answer === undefined || isRefusal(answer)) {
      if (this.isCompeting) this.fail(failedBy(answer ?? refuse('noconn', 'no driver for it')));
      else this.#over();
      return;
    }
    const { caller, called, username, callto, attempt, trunk, id } = this.params;
    const { calledfull } = this;
    const about = { caller, called, calledfull, username, callto, attempt, trunk };
    const record = new LegRecord(this.#context, answer, about);
    record.peerid = id;
    this.record = record;
    this.#context.host.meters.branches++;
    record.begin();
    record.initialize();
    if (this.isCompeting) {
      this.state = 'calling';
      this.#startTimers();
    }
    answer.attach((event) => this.#host.onLegEvent(this, event));
    if (!this.isCompeting && this.#farewell) this.#sayFarewell(record);
  }

  #sayFarewell(record: LegRecord): void {
    const { reason, q850 = 0, by } = this.#farewell!;
    record.end({ reason, sipCode: 487, q850, hangupBy: by });
    this.#awaitLastWord(GIVEN_UP_MS);
    record.leg.send(this.#farewell!);
  }

  get #ringMs(): number {
    return this.params.ringMs ?? this.#context.host.settings.ringTimeoutMs;
  }

  #startTimers(): void {
    const { trunk, noReplyMs, postDialDelayMs } = this.params;
    const { settings } = this.#context.host;
    const isTrunk = trunk !== undefined;
    const silenceMs = noReplyMs ?? (isTrunk ? settings.noReplyMs : 0);
    const delayMs = postDialDelayMs ?? (isTrunk ? settings.postDialDelayMs : 0);
    this.#noReply = this.#start(NO_REPLY, silenceMs);
    this.#postDialDelay = this.#start(POST_DIAL_DELAY, delayMs);
    this.#ring = this.#start(RING, this.#ringMs);
  }

  #start(kind: number, delayMs: number): WheelTimer | undefined {
    if (delayMs <= 0) return undefined;
    const timer = new WheelTimer(this, kind);
    this.#context.host.wheel.start(timer, delayMs);
    return timer;
  }

  #awaitLastWord(delayMs: number): void {
    if (this.record === undefined || this.#isOver) return;
    this.#lastWord = this.#start(LAST_WORD, delayMs);
  }

  #stopTimers(): void {
    const { wheel } = this.#context.host;
    if (this.#noReply) wheel.stop(this.#noReply);
    if (this.#postDialDelay) wheel.stop(this.#postDialDelay);
    if (this.#ring) wheel.stop(this.#ring);
    if (this.#lastWord) wheel.stop(this.#lastWord);
    this.#noReply = this.#postDialDelay = this.#ring = this.#lastWord = undefined;
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#host.onBranchOver(this);
  }
}

const faulty: Refusal = refuse('failure', 'call.execute failed');
