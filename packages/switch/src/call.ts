import type { MaybePromise } from '@tandem/engine';
import {
  type Admission,
  type AnsweredEvent,
  type Body,
  type CallArrival,
  type CallBlock,
  describeRefusal,
  type FailedEvent,
  type GoneEvent,
  type HangupEvent,
  type Leg,
  type LegEvent,
  type Refusal,
  refuse,
  type Route,
} from '@tandem/messages';
import { type AnswerableCall, Answering } from './answering.ts';
import { toCaller } from './best-answer.ts';
import type { Branch } from './branch.ts';
import { aboutCaller } from './call-block.ts';
import type { CallContext } from './call-context.ts';
import { CallSetup, type SetupHost } from './call-setup.ts';
import { CallTimers, type CallTimersHost } from './call-timers.ts';
import { Connection } from './connection.ts';
import { EarlyStage } from './early-stage.ts';
import { Ending, type EndingCall } from './ending.ts';
import { Hunt, type HuntHost } from './hunt.ts';
import { type EventfulCall, LegEvents } from './leg-events.ts';
import { LegRecord } from './leg-record.ts';
import { failedBy, hangupBy, passedHangup } from './reasons.ts';
import type { RejoinHost } from './rejoin.ts';

/** The states of a call, as lists show them. */
export type CallState = 'routing' | 'trying' | 'ringing' | 'up' | 'ending';

/** Who hears that a call needs no care any more. */
export interface CallHost {
  /** Its incoming leg and its winner are recorded; branches given up may still be on their way. */
  onCallOver(call: Call): void;
  /** Nothing of it is left. */
  onCallRemoved(call: Call): void;
}

/**
 * One call on this node: an incoming leg, and the branches that are tried for it.
 *
 *   receive
 *      │      routed,         18x             answered
 *      v     admitted                                      chan.disconnected answered:
 *   routing ────────> trying ───> ringing ────────> up ──┐ new groups for the same caller
 *      │                 │           │              │ ^──┘
 *      │ refused         │ exhausted, caller left,  │ hang-up, talk time over,
 *      v                 v timers, operator, drain  v operator, drain
 *   ending <─────────────┴───────────┴──────────────┘
 *      │ both legs gone, or 5 s: one finalize each
 *      v
 *    over ── the last branch given up is gone ──> removed
 *
 * The call decides; CallSetup asks, Hunt tries, EarlyStage and Connection pass things on,
 * LegEvents keeps the order, CallTimers the time, LegRecord the books.
 */
export class Call
  implements
    SetupHost,
    HuntHost,
    RejoinHost,
    CallTimersHost,
    EventfulCall,
    EndingCall,
    AnswerableCall
{
  readonly #context: CallContext;
  readonly #host: CallHost;
  readonly #arrival: CallArrival;
  readonly #setup: CallSetup;
  readonly #answering = new Answering(this);
  readonly #events = new LegEvents(this);
  #hunt: Hunt | undefined = undefined;
  #stage: 'routing' | 'trying' | 'ringing' = 'routing';
  readonly timers: CallTimers;
  readonly ending = new Ending(this);
  readonly caller: LegRecord;
  readonly early: EarlyStage;
  readonly connection: Connection;
  readonly unfinished = new Set<Branch>();

  constructor(context: CallContext, host: CallHost, leg: Leg, arrival: CallArrival) {
    this.#context = context;
    this.#host = host;
    this.#arrival = arrival;
    this.#setup = new CallSetup(context, this, leg, arrival);
    this.timers = new CallTimers(context, this, arrival);
    this.caller = new LegRecord(context, leg, aboutCaller(this.#setup.block, arrival));
    this.early = new EarlyStage(context, this.caller);
    this.connection = new Connection(context, this, this.caller);
  }

  get context(): CallContext {
    return this.#context;
  }

  /** The numbers and names as the handlers left them. */
  get block(): CallBlock {
    return this.#setup.block;
  }

  get state(): CallState {
    if (this.ending.isBegun) return 'ending';
    return this.caller.times.answeredMs === undefined ? this.#stage : 'up';
  }

  get isUp(): boolean {
    return this.state === 'up';
  }

  get isEnding(): boolean {
    return this.ending.isBegun;
  }

  /** It is recorded; branches given up may still be on their way. */
  get isOver(): boolean {
    return this.ending.isOver;
  }

  /** Legs that have not said their last word. */
  get legs(): number {
    let legs = this.caller.isGone ? 0 : 1;
    for (const { record } of this.unfinished) if (record?.isGone === false) legs++;
    return legs;
  }

  get hasOffer(): boolean {
    return this.#arrival.offer.body !== undefined;
  }

  get ringing(): readonly Branch[] {
    return this.#hunt?.ringing ?? [];
  }

  /** Begins: tells of the leg, hears it, asks the first question. */
  start(): void {
    this.caller.begin();
    this.timers.startSetup();
    this.caller.leg.attach((event) => this.hear(undefined, event));
    if (!this.isEnding) this.#setup.start();
  }

  /** Ends the call from outside: with BYE both ways, or unanswered with a failure. */
  drop(refusal: Refusal, hangup: HangupEvent): void {
    if (this.isUp) this.ending.hangUp(hangup, undefined);
    else {
      const { reason, q850, reasonHeaders } = hangup;
      this.ending.fail({ ...failedBy(refusal), reason, q850, reasonHeaders }, hangup.by);
    }
  }

  /** Sets how long the call may talk in all, ms since the answer. */
  pay(talkMsMax: number): void {
    this.timers.pay(talkMsMax);
  }

  /** Hears the incoming leg, or with a branch its leg. */
  hear(source: Branch | undefined, event: LegEvent): void {
    this.#events.take(source, event);
  }

  // Setting up

  onPrerouted(block: CallBlock): void {
    this.caller.initialize(aboutCaller(block, this.#arrival));
  }

  onRefused(refusal: Refusal): void {
    this.ending.fail(failedBy(refusal), 'engine');
  }

  onAdmitted(route: Route, admission: Admission | undefined): void {
    if (admission?.talkMsMax !== undefined) this.timers.pay(admission.talkMsMax);
    this.#stage = 'trying';
    this.timers.allow(route);
    this.#startHunt(route, this.#arrival.offer.body);
  }

  // The hunt

  onBranchBegun(branch: Branch): void {
    this.unfinished.add(branch);
  }

  onLegEvent(branch: Branch, event: LegEvent): void {
    this.hear(branch, event);
  }

  onProgress(): void {
    if (this.#stage === 'trying') this.#stage = 'ringing';
  }

  onBranchLost(branch: Branch): void {
    this.connection.lost(branch);
    if (!this.isUp) this.early.lost(branch);
  }

  onExhausted(failure: FailedEvent): void {
    if (!this.isUp) return this.ending.fail(toCaller(failure), by(failure));
    const { reason, q850 = 41, status } = failure;
    this.ending.hangUp(hangupBy(by(failure), reason, q850, status), undefined);
  }

  onAnswered(branch: Branch, event: AnsweredEvent): MaybePromise<void> {
    return this.#answering.answered(branch, event);
  }

  onWon(branch: Branch): void {
    this.#hunt?.win(branch);
  }

  onRerouted(route: Route): void {
    this.#startHunt(route, undefined);
  }

  onBranchOver(branch: Branch): void {
    this.unfinished.delete(branch);
    this.ending.removeIfDone();
  }

  // The end

  onCallerLeft(event: HangupEvent): void {
    if (this.isEnding) return;
    const hangup = passedHangup(event, event.by === 'callee' ? 'caller' : event.by);
    if (this.isUp) this.ending.hangUp(hangup, this.caller);
    else this.ending.cancel(hangup);
  }

  onCalleeLeft(branch: Branch, event: HangupEvent): MaybePromise<void> {
    return this.#answering.left(branch, event);
  }

  onCallerGone(): void {
    this.caller.isGone = true;
    this.ending.overIfGone();
  }

  onBranchGone(branch: Branch, event: GoneEvent): void {
    branch.gone(event.isLateAnswer === true);
    this.ending.overIfGone();
  }

  onRejoinFailed(): void {
    this.ending.hangUp(hangupBy('engine', 'unacceptable', 88, 488), undefined);
  }

  onSetupOver(isImpatient: boolean): void {
    const word = isImpatient ? 'cancelled' : this.state === 'ringing' ? 'noanswer' : 'timeout';
    const refusal = refuse(word, 'time for setting up is over');
    const { q850, status } = describeRefusal(refusal);
    this.drop(refusal, hangupBy('engine', word, q850, status));
  }

  onTalkOver(isPaid: boolean, agoMs: number): void {
    const hangup = isPaid
      ? hangupBy('engine', 'nocredit', 21, 402)
      : hangupBy('engine', 'maxcall', 31);
    this.ending.hangUp({ ...hangup, agoMs }, undefined);
  }

  onLingerOver(): void {
    this.ending.over();
  }

  onOverflow(): void {
    this.#context.host.meters.overflowed++;
    this.drop(refuse('congestion', 'too much waits'), hangupBy('engine', 'congestion', 42));
  }

  onFault(fault: unknown): void {
    const { billid: call } = this.#context;
    this.#context.host.log.error('a leg failed', { call, fault: String(fault) });
    this.drop(refuse('failure'), hangupBy('engine', 'failure', 41));
  }

  onCallOff(hangup: HangupEvent): void {
    this.#setup.cancel();
    this.#hunt?.giveUp(hangup);
  }

  onOver(): void {
    this.#host.onCallOver(this);
  }

  onRemoved(): void {
    this.#host.onCallRemoved(this);
  }

  #startHunt(route: Route, body: Body | undefined): void {
    const { block, extra } = this.#setup;
    const { offer, called: calledfull } = this.#arrival;
    const { deadlineMs } = this.timers;
    const own = offer.body === body ? offer : { ...offer, body };
    const quarry = { block, extra, offer: own, calledfull, route, deadlineMs };
    const hunt = new Hunt(this.#context, this, quarry, this.#hunt?.counts);
    this.#hunt = hunt;
    hunt.start();
  }
}

function by(failure: FailedEvent): HangupEvent['by'] {
  return failure.where === 'carrier' ? 'callee' : 'engine';
}
