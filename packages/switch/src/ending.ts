import type { FailedEvent, HangupEvent } from '@tandem/messages';
import type { Branch } from './branch.ts';
import type { CallTimers } from './call-timers.ts';
import type { Connection } from './connection.ts';
import type { LegRecord } from './leg-record.ts';

/** What ends, and who hears of it. */
export interface EndingCall {
  readonly caller: LegRecord;
  readonly connection: Connection;
  readonly timers: CallTimers;
  /** Branches whose legs have not said their last word. */
  readonly unfinished: ReadonlySet<Branch>;
  /** What was under way is called off: questions, and branches that ring. */
  onCallOff(hangup: HangupEvent): void;
  /** Its incoming leg and its winner are recorded. */
  onOver(): void;
  /** Nothing of it is left. */
  onRemoved(): void;
}

/**
 * How a call ends: refused or failed, left by its caller, or hung up; whatever comes first
 * stands. Both legs are recorded when both are gone, or 5 s after the end, never waiting for a
 * dead peer; branches given up say their last word after that.
 */
export class Ending {
  readonly #call: EndingCall;
  #isRemoved = false;
  /** The call has ended; its legs may still be leaving. */
  isBegun = false;
  /** It is recorded. */
  isOver = false;

  constructor(call: EndingCall) {
    this.#call = call;
  }

  /** The one final answer of an unanswered call. */
  fail(failure: FailedEvent, hangupBy: HangupEvent['by']): void {
    if (this.isBegun) return;
    this.isBegun = true;
    const { caller } = this.#call;
    const { reason, status, q850 = 0, reasonHeaders } = failure;
    caller.end({ reason, sipCode: status, q850, hangupBy });
    caller.leg.send(failure);
    this.#callOff({ type: 'hangup', by: 'engine', reason, q850, sipCause: status, reasonHeaders });
  }

  /** The caller has left an unanswered call; his leg has told him so itself. */
  cancel(hangup: HangupEvent): void {
    if (this.isBegun) return;
    this.isBegun = true;
    const { q850 = 16, agoMs, by } = hangup;
    const reason = hangup.reason === '' ? 'cancelled' : hangup.reason;
    this.#call.caller.end({ reason, sipCode: 487, q850, hangupBy: by }, agoMs);
    this.#callOff({ ...hangup, reason });
  }

  /** A call that is up is hung up; `from` is the leg that has left by itself. */
  hangUp(hangup: HangupEvent, from: LegRecord | undefined): void {
    if (this.isBegun) return;
    this.isBegun = true;
    const { caller, connection } = this.#call;
    const callee = connection.winner?.record;
    const { reason, q850 = 16, agoMs, by } = hangup;
    const end = { reason, sipCode: 200, q850, hangupBy: by };
    caller.end(end, agoMs);
    callee?.end(end, agoMs);
    if (from !== caller) caller.leg.send(hangup);
    if (from !== callee) callee?.leg.send(hangup);
    this.#callOff(hangup);
  }

  /** A leg has said its last word. */
  overIfGone(): void {
    const { caller, connection } = this.#call;
    if (!this.isBegun || !caller.isGone) return;
    if (connection.winner?.record?.isGone ?? true) this.over();
  }

  /** Recorded, once: from here on nobody pays for anything of it. */
  over(): void {
    const { caller, connection, timers } = this.#call;
    if (caller.isFinished) return;
    timers.stop();
    caller.finish();
    connection.winner?.finish();
    this.isOver = true;
    this.#call.onOver();
    this.removeIfDone();
  }

  /** A branch has said its last word. */
  removeIfDone(): void {
    if (!this.isOver || this.#isRemoved || this.#call.unfinished.size > 0) return;
    this.#isRemoved = true;
    this.#call.onRemoved();
  }

  #callOff(hangup: HangupEvent): void {
    const { connection, timers, unfinished } = this.#call;
    timers.startLinger();
    connection.close(unfinished);
    this.#call.onCallOff(hangup);
    this.overIfGone();
  }
}
