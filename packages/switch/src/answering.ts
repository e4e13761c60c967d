import type { MaybePromise } from '@tandem/engine';
import {
  type AnsweredEvent,
  type Body,
  type HangupEvent,
  isRefusal,
  type Refusal,
  type Route,
} from '@tandem/messages';
import type { Branch } from './branch.ts';
import type { CallContext } from './call-context.ts';
import type { CallTimers } from './call-timers.ts';
import type { Connection } from './connection.ts';
import { nameDialog } from './dialog-name.ts';
import type { Ending } from './ending.ts';
import { goOn } from './go-on.ts';
import { rerouteOf } from './inner-questions.ts';
import type { LegRecord } from './leg-record.ts';
import { REROUTES_MAX } from './limits.ts';
import { askMedia } from './media-question.ts';
import { passedHangup } from './reasons.ts';

/** The call, as its answer sees it. */
export interface AnswerableCall {
  readonly context: CallContext;
  readonly caller: LegRecord;
  readonly connection: Connection;
  readonly timers: CallTimers;
  readonly ending: Ending;
  /** Answered, and not ended. */
  readonly isUp: boolean;
  /** The branch has won: the others are given up. */
  onWon(branch: Branch): void;
  /** The caller is to be connected elsewhere. */
  onRerouted(route: Route): void;
}

/**
 * The answer of a call: which branch gets it, from when the caller pays, and who comes when the
 * called leg leaves. The order in the call's queue decides; every other 2xx is too late.
 */
export class Answering {
  readonly #call: AnswerableCall;
  #reroutes = 0;

  constructor(call: AnswerableCall) {
    this.#call = call;
  }

  /** A branch has answered: it gets the call, unless another has it. */
  answered(branch: Branch, event: AnsweredEvent): MaybePromise<void> {
    if (branch.state === 'won') return undefined;
    if (!branch.isCompeting) return branch.answeredLate();
    const { context, caller } = this.#call;
    const body = event.body ?? branch.withheld?.get(event.dialog);
    const role = event.isLate ? 'offer' : 'answer';
    const asked = askMedia(context, branch.leg!.id, caller.leg.id, role, body);
    return goOn(asked, (passed) => this.#connect(branch, event, passed));
  }

  /** The called leg has left: the call ends, unless somebody knows where the caller goes now. */
  left(branch: Branch, event: HangupEvent): MaybePromise<void> {
    const call = this.#call;
    const { record } = branch;
    if (!call.isUp || record === undefined || record.isEnded) return undefined;
    const hangup = passedHangup(event, event.by === 'caller' ? 'callee' : event.by);
    const { reason, q850 = 16, agoMs, by } = hangup;
    record.end({ reason, sipCode: 200, q850, hangupBy: by }, agoMs);
    const isBounded = this.#reroutes < REROUTES_MAX;
    const asked = isBounded ? rerouteOf(call.context, call.caller, reason) : undefined;
    return goOn(asked, (route) => {
      if (!call.isUp || call.connection.winner !== branch) return;
      if (route === undefined) call.ending.hangUp(hangup, record);
      else this.#reroute(route);
    });
  }

  #connect(branch: Branch, event: AnsweredEvent, body: Body | Refusal | undefined): void {
    if (!branch.isCompeting) return branch.answeredLate();
    if (isRefusal(body)) return branch.reject(body);
    const call = this.#call;
    const agoMs = call.context.nowMs - branch.answeredMs!;
    call.timers.stopSetup();
    branch.win();
    branch.record!.answered(agoMs);
    if (call.isUp) call.connection.rejoin(branch, body);
    else this.#answer(branch, { ...event, body, answeredAgoMs: agoMs });
    call.onWon(branch);
    call.context.tell('call.answered', branch.record!.block);
  }

  /** This is the instant from which the caller pays. */
  #answer(branch: Branch, event: AnsweredEvent): void {
    const { caller, connection, context, timers } = this.#call;
    connection.join(branch);
    context.host.meters.answered++;
    context.host.outcomes.answered(caller.leg);
    timers.startTalk();
    caller.answered(0);
    caller.leg.send({ ...event, dialog: nameDialog(branch.index, event.dialog) });
    branch.leg!.send({ type: 'accepted' });
  }

  /** The caller stays, and is connected elsewhere: called without an offer, see Rejoin. */
  #reroute(route: Route): void {
    this.#reroutes++;
    this.#call.connection.part();
    this.#call.timers.restartSetup();
    this.#call.onRerouted(route);
  }
}
