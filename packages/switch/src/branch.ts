import type { Cancellation, Extra, MaybePromise, TimerOwner } from '@tandem/engine';
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
import { BranchTimers } from './branch-timers.ts';
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

/**
 * One destination that is tried: its leg, its timers, its records.
 *
 *   placing ─leg─> calling ─trying─> trying ─18x─> early ─answered─> won
 *      │              └────────────────┴─────────────┴─ failed, timers, given up ─> lost
 *      └─ refused ─> lost                                   (lives on until its leg's `gone`)
 */
export class Branch implements TimerOwner {
  readonly #context: CallContext;
  readonly #host: BranchHost;
  /** Until it is won or lost. */
  #timers: BranchTimers | undefined;
  #lastWord: WheelTimer | undefined = undefined;
  /** What the leg is told once it is there. */
  #farewell: HangupEvent | undefined = undefined;
  #isOver = false;
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
    this.#timers = new BranchTimers(context.host, params, (refusal) => this.reject(refusal));
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
    if (event.type === 'trying' && event.isAskedAnew === true) this.#timers?.askedAnew();
    else this.#timers?.heard();
    if (event.type === 'answered') {
      this.answeredMs ??= this.#context.nowMs - event.answeredAgoMs;
      this.#timers?.stop();
    } else if (event.type === 'progress' && event.status >= 180) this.#timers?.ringing();
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

  /** The leg's last word did not come. */
  onTimer(): void {
    this.finish();
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
    let answer: MaybePromise<Leg | Refusal | undefined>;
    try {
      answer = this.#context.ask(message);
    } catch {
      // The bus has logged who failed and why.
      answer = faulty;
    }
    if (answer instanceof Promise) {
      void answer.catch(() => faulty).then((later) => this.#placed(later));
    } else this.#placed(answer);
  }

  #placed(answer: Leg | Refusal | undefined): void {
    if (answer === undefined || isRefusal(answer)) {
      if (this.isCompeting) this.fail(failedBy(answer ?? refuse('noconn', 'no driver for it')));
      else this.#over();
    } else this.#begin(answer);
  }

  #begin(leg: Leg): void {
    const { caller, called, username, callto, attempt, trunk, id } = this.params;
    const { calledfull } = this;
    const about = { caller, called, calledfull, username, callto, attempt, trunk };
    const record = new LegRecord(this.#context, leg, about);
    record.peerid = id;
    this.record = record;
    this.#context.host.meters.branches++;
    record.begin();
    record.initialize();
    if (this.isCompeting) {
      this.state = 'calling';
      this.#timers?.start();
    }
    leg.attach((event) => this.#host.onLegEvent(this, event));
    if (!this.isCompeting && this.#farewell) this.#sayFarewell(record);
  }

  #sayFarewell(record: LegRecord): void {
    const { reason, q850 = 0, by } = this.#farewell!;
    record.end({ reason, sipCode: 487, q850, hangupBy: by });
    this.#awaitLastWord(GIVEN_UP_MS);
    record.leg.send(this.#farewell!);
  }

  #awaitLastWord(delayMs: number): void {
    if (this.record === undefined || this.#isOver) return;
    this.#lastWord = new WheelTimer(this);
    this.#context.host.wheel.start(this.#lastWord, delayMs);
  }

  #stopTimers(): void {
    this.#timers?.stop();
    this.#timers = undefined;
    if (this.#lastWord) this.#context.host.wheel.stop(this.#lastWord);
    this.#lastWord = undefined;
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#host.onBranchOver(this);
  }
}

const faulty: Refusal = refuse('failure', 'call.execute failed');
