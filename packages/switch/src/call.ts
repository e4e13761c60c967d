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
  isRefusal,
  type Leg,
  type LegEvent,
  type Refusal,
  refuse,
  type Route,
} from '@tandem/messages';
import { toCaller } from './best-answer.ts';
import type { Branch } from './branch.ts';
import type { CallContext } from './call-context.ts';
import { CallSetup, type SetupHost } from './call-setup.ts';
import { CallTimers, type CallTimersHost } from './call-timers.ts';
import { Connection } from './connection.ts';
import { nameDialog } from './dialog-name.ts';
import { EarlyStage } from './early-stage.ts';
import { goOn } from './go-on.ts';
import { Hunt, type HuntHost } from './hunt.ts';
import { rerouteOf } from './inner-questions.ts';
import { type EventfulCall, LegEvents } from './leg-events.ts';
import { type LegAbout, LegRecord } from './leg-record.ts';
import { askMedia } from './media-question.ts';
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
export class Call implements SetupHost, HuntHost, RejoinHost, CallTimersHost, EventfulCall {
  readonly #context: CallContext;
  readonly #host: CallHost;
  readonly #arrival: CallArrival;
  readonly #setup: CallSetup;
  readonly #timers: CallTimers;
  readonly #events = new LegEvents(this);
  #hunt: Hunt | undefined = undefined;
  #isOver = false;
  #isRemoved = false;
  state: CallState = 'routing';
  readonly caller: LegRecord;
  readonly early: EarlyStage;
  readonly connection: Connection;
  readonly unfinished = new Set<Branch>();

  constructor(context: CallContext, host: CallHost, leg: Leg, arrival: CallArrival) {
    this.#context = context;
    this.#host = host;
    this.#arrival = arrival;
    this.#setup = new CallSetup(context, this, leg, arrival);
    this.#timers = new CallTimers(context, this, arrival);
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

  get isUp(): boolean {
    return this.state === 'up';
  }

  get isEnding(): boolean {
    return this.state === 'ending';
  }

  /** It is recorded; branches given up may still be on their way. */
  get isOver(): boolean {
    return this.#isOver;
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
    this.#timers.startSetup();
    this.caller.leg.attach((event) => this.#events.take(undefined, event));
    if (!this.isEnding) this.#setup.start();
  }

  /** Ends the call from outside: with BYE both ways, or unanswered with a failure. */
  drop(refusal: Refusal, hangup: HangupEvent): void {
    if (this.isUp) this.#hangUp(hangup, undefined);
    else {
      const { reason, q850, reasonHeaders } = hangup;
      this.#fail({ ...failedBy(refusal), reason, q850, reasonHeaders }, hangup.by);
    }
  }

  /** Sets how long the call may talk in all, ms since the answer. */
  pay(talkMsMax: number): void {
    this.#timers.pay(talkMsMax);
  }

  /**
   * Looks whether a leg is gone without having said so, and takes it at its word; true if one
   * was. What it ends is billed up to now: a driver that knows better tells `gone` itself.
   */
  audit(): boolean {
    const gone: LegEvent = { type: 'gone' };
    let isFound = false;
    if (!this.caller.isGone && !this.#isOver && this.caller.leg.state === 'gone') {
      isFound = true;
      this.#events.take(undefined, gone);
    }
    for (const branch of this.unfinished) {
      if (branch.record?.isGone !== false || branch.leg?.state !== 'gone') continue;
      isFound = true;
      this.#events.take(branch, gone);
    }
    return isFound;
  }

  // Setting up

  onPrerouted(block: CallBlock): void {
    this.caller.initialize(aboutCaller(block, this.#arrival));
  }

  onRefused(refusal: Refusal): void {
    this.#fail(failedBy(refusal), 'engine');
  }

  onAdmitted(route: Route, admission: Admission | undefined): void {
    if (admission?.talkMsMax !== undefined) this.#timers.pay(admission.talkMsMax);
    this.state = 'trying';
    this.#timers.allow(route);
    this.#startHunt(route, this.#arrival.offer.body);
  }

  // The hunt

  onBranchBegun(branch: Branch): void {
    this.unfinished.add(branch);
  }

  onLegEvent(branch: Branch, event: LegEvent): void {
    this.#events.take(branch, event);
  }

  onProgress(): void {
    if (this.state === 'trying') this.state = 'ringing';
  }

  onBranchLost(branch: Branch): void {
    this.connection.lost(branch);
    if (!this.isUp) this.early.lost(branch);
  }

  onExhausted(failure: FailedEvent): void {
    if (!this.isUp) return this.#fail(toCaller(failure), by(failure));
    const { reason, q850 = 41, status } = failure;
    this.#hangUp(hangupBy(by(failure), reason, q850, status), undefined);
  }

  onAnswered(branch: Branch, event: AnsweredEvent): MaybePromise<void> {
    if (branch.state === 'won') return undefined;
    if (!branch.isCompeting) return branch.answeredLate();
    const body = event.body ?? branch.withheld?.get(event.dialog);
    const role = event.isLate ? 'offer' : 'answer';
    const asked = askMedia(this.#context, branch.leg!.id, this.caller.leg.id, role, body);
    return goOn(asked, (passed) => this.#connect(branch, event, passed));
  }

  onBranchOver(branch: Branch): void {
    this.unfinished.delete(branch);
    this.#removeIfDone();
  }

  // The end

  onCallerLeft(event: HangupEvent): void {
    if (this.isEnding) return;
    const hangup = passedHangup(event, event.by === 'callee' ? 'caller' : event.by);
    if (this.isUp) return this.#hangUp(hangup, this.caller);
    const { q850 = 16, agoMs } = hangup;
    const reason = hangup.reason === '' ? 'cancelled' : hangup.reason;
    this.caller.end({ reason, sipCode: 487, q850, hangupBy: hangup.by }, agoMs);
    this.#abort({ ...hangup, reason });
  }

  onCalleeLeft(branch: Branch, event: HangupEvent): MaybePromise<void> {
    const { record } = branch;
    if (!this.isUp || record === undefined || record.isEnded) return undefined;
    const hangup = passedHangup(event, event.by === 'caller' ? 'callee' : event.by);
    const { reason, q850 = 16, agoMs } = hangup;
    record.end({ reason, sipCode: 200, q850, hangupBy: hangup.by }, agoMs);
    return goOn(rerouteOf(this.#context, this.caller, reason), (route) => {
      if (!this.isUp || this.connection.winner !== branch) return;
      if (route === undefined) this.#hangUp(hangup, record);
      else this.#reroute(route);
    });
  }

  onCallerGone(): void {
    this.caller.isGone = true;
    this.#overIfGone();
  }

  onBranchGone(branch: Branch, event: GoneEvent): void {
    branch.gone(event.isLateAnswer === true);
    this.#overIfGone();
  }

  onRejoinFailed(): void {
    this.#hangUp(hangupBy('engine', 'unacceptable', 88, 488), undefined);
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
    this.#hangUp({ ...hangup, agoMs }, undefined);
  }

  onLingerOver(): void {
    this.#over();
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

  #startHunt(route: Route, body: Body | undefined): void {
    const { block, extra } = this.#setup;
    const { offer, called: calledfull } = this.#arrival;
    const { deadlineMs } = this.#timers;
    const quarry = { block, extra, offer: { ...offer, body }, calledfull, route, deadlineMs };
    const hunt = new Hunt(this.#context, this, quarry, this.#hunt?.counts);
    this.#hunt = hunt;
    hunt.start();
  }

  #connect(branch: Branch, event: AnsweredEvent, body: Body | Refusal | undefined): void {
    if (!branch.isCompeting) return branch.answeredLate();
    if (isRefusal(body)) return branch.reject(body);
    const agoMs = this.#context.nowMs - branch.answeredMs!;
    this.#timers.stopSetup();
    branch.win();
    branch.record!.answered(agoMs);
    if (this.isUp) this.connection.rejoin(branch, body);
    else this.#answer(branch, { ...event, body, answeredAgoMs: agoMs });
    this.#hunt?.win(branch);
    this.#context.tell('call.answered', branch.record!.block);
  }

  /** This is the instant from which the caller pays. */
  #answer(branch: Branch, event: AnsweredEvent): void {
    this.state = 'up';
    this.connection.join(branch);
    this.#context.host.meters.answered++;
    this.#timers.startTalk();
    this.caller.answered(0);
    this.caller.leg.send({ ...event, dialog: nameDialog(branch.index, event.dialog) });
    branch.leg!.send({ type: 'accepted' });
  }

  /** The caller stays, and is connected elsewhere: called without an offer, see Rejoin. */
  #reroute(route: Route): void {
    this.connection.part();
    this.#timers.restartSetup();
    this.#startHunt(route, undefined);
  }

  /** The one final answer of an unanswered call. */
  #fail(failure: FailedEvent, hangupBy: HangupEvent['by']): void {
    if (this.isEnding) return;
    const { reason, status, q850 = 0, reasonHeaders } = failure;
    this.caller.end({ reason, sipCode: status, q850, hangupBy });
    this.state = 'ending';
    this.caller.leg.send(failure);
    this.#abort({ type: 'hangup', by: 'engine', reason, q850, sipCause: status, reasonHeaders });
  }

  /** Calls everything off that was under way for an unanswered call. */
  #abort(hangup: HangupEvent): void {
    this.state = 'ending';
    this.#timers.startLinger();
    this.#setup.cancel();
    this.connection.close(this.unfinished);
    this.#hunt?.giveUp(hangup);
    this.#overIfGone();
  }

  /** Ends a call that is up; `from` has left already. */
  #hangUp(hangup: HangupEvent, from: LegRecord | undefined): void {
    if (!this.isUp) return;
    this.state = 'ending';
    this.#timers.startLinger();
    const { reason, q850 = 16, agoMs } = hangup;
    const end = { reason, sipCode: 200, q850, hangupBy: hangup.by };
    const callee = this.connection.winner?.record;
    this.caller.end(end, agoMs);
    callee?.end(end, agoMs);
    this.connection.close(this.unfinished);
    if (from !== this.caller) this.caller.leg.send(hangup);
    if (callee !== undefined && from !== callee) callee.leg.send(hangup);
    this.#hunt?.giveUp(hangup);
    this.#overIfGone();
  }

  #overIfGone(): void {
    if (!this.isEnding || !this.caller.isGone) return;
    if (this.connection.winner?.record?.isGone ?? true) this.#over();
  }

  /** Recorded, once: from here on nobody pays for anything of it. */
  #over(): void {
    if (this.caller.isFinished) return;
    this.#timers.stop();
    this.caller.finish();
    this.connection.winner?.finish();
    this.#isOver = true;
    this.#host.onCallOver(this);
    this.#removeIfDone();
  }

  #removeIfDone(): void {
    if (!this.#isOver || this.#isRemoved || this.unfinished.size > 0) return;
    this.#isRemoved = true;
    this.#host.onCallRemoved(this);
  }
}

function by(failure: FailedEvent): HangupEvent['by'] {
  return failure.where === 'carrier' ? 'callee' : 'engine';
}

function aboutCaller(block: CallBlock, arrival: CallArrival): LegAbout {
  const { caller, called, username } = block;
  return { caller, called, calledfull: arrival.called, username, callto: '', attempt: 0 };
}
