import type { MaybePromise } from '@tandem/engine';
import type {
  AnsweredEvent,
  FailedEvent,
  GoneEvent,
  HangupEvent,
  LegEvent,
} from '@tandem/messages';
import { refuse } from '@tandem/messages';
import type { Branch } from './branch.ts';
import type { Connection } from './connection.ts';
import type { EarlyStage } from './early-stage.ts';
import { type EventHandling, EventQueue } from './event-queue.ts';
import { failedBy, hangupBy } from './reasons.ts';

/** The call, as its events see it. */
export interface EventfulCall {
  readonly connection: Connection;
  readonly early: EarlyStage;
  /** Answered, and not ended: reroutings included. */
  readonly isUp: boolean;
  readonly isEnding: boolean;
  /** The caller's INVITE brought a session description. */
  readonly hasOffer: boolean;
  /** Branches that ring now. */
  readonly ringing: readonly Branch[];
  /** Branches whose legs have not said their last word. */
  readonly unfinished: ReadonlySet<Branch>;
  onProgress(branch: Branch): void;
  onAnswered(branch: Branch, event: AnsweredEvent): MaybePromise<void>;
  onCallerLeft(event: HangupEvent): void;
  onCalleeLeft(branch: Branch, event: HangupEvent): MaybePromise<void>;
  /** The incoming leg's last word. */
  onCallerGone(): void;
  onBranchGone(branch: Branch, event: GoneEvent): void;
  onOverflow(): void;
  onFault(fault: unknown): void;
}

/**
 * Sorts what the legs of a call say to those who handle it, one event after the other. The end
 * of the call, and the caller's at any time, overtake what waits for a handler of the bus.
 */
export class LegEvents implements EventHandling<Branch | undefined, LegEvent> {
  readonly #call: EventfulCall;
  readonly #queue = new EventQueue<Branch | undefined, LegEvent>(this);

  constructor(call: EventfulCall) {
    this.#call = call;
  }

  /** Takes an event of the incoming leg, or with a branch one of its leg. Never throws. */
  take(source: Branch | undefined, event: LegEvent): void {
    source?.heard(event);
    this.#queue.take(source, event);
  }

  handle(source: Branch | undefined, event: LegEvent): MaybePromise<void> {
    return source === undefined ? this.#ofCaller(event) : this.#ofBranch(source, event);
  }

  mayOvertake(source: Branch | undefined, event: LegEvent): boolean {
    if (event.type !== 'hangup' && event.type !== 'gone') return false;
    return source === undefined || this.#call.isUp || this.#call.isEnding;
  }

  onOverflow(): void {
    this.#call.onOverflow();
  }

  onFault(fault: unknown): void {
    this.#call.onFault(fault);
  }

  #ofCaller(event: LegEvent): MaybePromise<void> {
    const call = this.#call;
    switch (event.type) {
      case 'hangup':
        return call.onCallerLeft(event);
      case 'gone':
        call.onCallerLeft(leftWith(event, 'caller'));
        return call.onCallerGone();
      case 'prack':
        return call.early.prack(call.unfinished, event, call.hasOffer ? 'offer' : 'answer');
      default:
        return call.isEnding ? undefined : call.connection.fromCaller(event, call.ringing);
    }
  }

  #ofBranch(branch: Branch, event: LegEvent): MaybePromise<void> {
    const call = this.#call;
    switch (event.type) {
      case 'trying':
        if (branch.state === 'calling') branch.state = 'trying';
        return undefined;
      case 'progress':
        if (!branch.isCompeting) return undefined;
        branch.state = 'early';
        call.onProgress(branch);
        return call.isUp
          ? undefined
          : call.early.progress(branch, event, call.ringing.length === 1);
      case 'answered':
        return call.onAnswered(branch, event);
      case 'failed':
        return branch.fail(asFinal(event));
      case 'hangup':
        return branch.state === 'won'
          ? call.onCalleeLeft(branch, event)
          : branch.fail(asFailed(event));
      case 'gone':
        return this.#branchGone(branch, event);
      case 'pracked':
        return call.early.pracked(branch, event);
      default:
        return call.isEnding ? undefined : call.connection.fromBranch(branch, event);
    }
  }

  /** A leg that goes without a word has failed, or in a call that is up has hung up. */
  #branchGone(branch: Branch, event: GoneEvent): MaybePromise<void> {
    branch.fail(failedBy(refuse('noconn', 'the leg went without a word'), 'node'));
    const left =
      branch.state === 'won' && !this.#call.isEnding
        ? this.#call.onCalleeLeft(branch, leftWith(event, 'callee'))
        : undefined;
    this.#call.onBranchGone(branch, event);
    return left;
  }
}

/** A leg that is gone without a hang-up ended when its peer was last heard. */
function leftWith(event: GoneEvent, by: HangupEvent['by']): HangupEvent {
  return hangupBy(by, 'gone', 41, undefined, event.lastHeardAgoMs);
}

/** What comes from a wire may say anything; a final answer is 300 to 699. */
function asFinal(event: FailedEvent): FailedEvent {
  return event.status >= 300 && event.status <= 699 ? event : { ...event, status: 500 };
}

/** A hang-up before the answer is a failure of the branch on its way. */
function asFailed(event: HangupEvent): FailedEvent {
  const { reason, q850, reasonHeaders, sipCause } = event;
  const isFinal = sipCause !== undefined && sipCause >= 300 && sipCause <= 699;
  const own = failedBy(refuse('noconn', 'hung up before the answer'), 'node');
  return {
    ...own,
    ...(isFinal ? { status: sipCause } : undefined),
    reason,
    q850: q850 ?? own.q850,
    reasonHeaders,
  };
}
