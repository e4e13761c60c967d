import { type TimerOwner, WheelTimer } from '@tandem/engine';

import type { Flow, SendWatcher } from '../transport/flow.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import { transactionTimeoutMs } from './timer-values.ts';
import type { TransactionHost } from './transaction-host.ts';

/** States of the INVITE server transaction (RFC 3261 figure 7, RFC 6026 §7.1). */
export type InviteServerState = 'proceeding' | 'completed' | 'confirmed' | 'accepted' | 'ended';

/** Hears what the machine cannot settle itself. */
export interface InviteServerUser {
  /** The tag that answers carry: that of its CANCEL must be the same (RFC 3261 §9.2). */
  readonly toTag: string;
  /** CANCEL came and was answered. */
  onCancel(cancel: SipRequest): void;
  onAnswerNotSent(failure: Error): void;
  /** The invite was left unanswered for longer than the bound. */
  onUnansweredTooLong(): void;
  /** The machine has ended while its user still listened. */
  onEnd(): void;
}

/** Takes the transaction out of its table. */
export interface InviteServerTable extends TransactionHost {
  readonly proceedingMaxMs: number;
  forgetInviteServer(transaction: InviteServerTransaction): void;
}

const TIMER_REPEAT = 0;
const TIMER_LIFE = 1;

/**
 * The INVITE server transaction.
 *
 *            INVITE
 *              |  1xx: send          INVITE: send last 1xx
 *         proceeding -----------+
 *   300-699 |             2xx   |
 *   G, H    v                   v  L
 *      completed            accepted      INVITE: absorbed; 2xx are repeated by the dialog
 *   ACK, I |  G: send, INVITE: send       ACK: goes to the dialog
 *          v    H: end                L: end
 *      confirmed  I: end
 *
 * A message that could not be sent does not change its state (RFC 6026 §8.9): the peer's repeats
 * must still be recognised.
 */
export class InviteServerTransaction implements TimerOwner, SendWatcher {
  /** Tag of the final answer; answers to its CANCEL carry the same (RFC 3261 §9.2). */
  toTag: string | undefined;
  #state: InviteServerState = 'proceeding';
  #lastSent: string | undefined;
  #repeatIntervalMs = 0;
  #user: InviteServerUser | undefined;
  readonly #table: InviteServerTable;
  /** For refusals alone. */
  #repeat: WheelTimer | undefined = undefined;
  readonly #life = new WheelTimer(this, TIMER_LIFE);

  constructor(
    readonly key: string,
    /** Key of the call as merged requests share it; '' within a dialog. */
    readonly mergeKey: string,
    /** CSeq number of the INVITE. */
    readonly sequence: number,
    /** Way back to the sender (RFC 3261 §18.2.2). */
    readonly flow: Flow,
    table: InviteServerTable,
    user: InviteServerUser,
  ) {
    this.#table = table;
    this.#user = user;
    table.wheel.start(this.#life, table.proceedingMaxMs);
  }

  get state(): InviteServerState {
    return this.#state;
  }

  /** Who made it, as long as it may still answer. */
  get user(): InviteServerUser | undefined {
    return this.#user;
  }

  /** Sends a 1xx and keeps it for repeats of the INVITE; false when a final answer has been given. */
  sendProvisional(text: string): boolean {
    if (this.#state !== 'proceeding') return false;
    this.#lastSent = text;
    this.flow.send(text, this);
    this.#table.wheel.start(this.#life, this.#table.proceedingMaxMs);
    return true;
  }

  /** Sends a 2xx once; its repeats are the dialog's (RFC 3261 §13.3.1.4). */
  sendSuccess(text: string): boolean {
    if (this.#state !== 'proceeding') return false;
    this.#state = 'accepted';
    this.#table.countAnswered();
    this.#lastSent = undefined;
    this.flow.send(text, this);
    this.#startLife(transactionTimeoutMs(this.#table.timers)); // L
    return true;
  }

  /** Sends a 3xx-6xx and repeats it until its ACK (G), at most for H. */
  sendRefusal(text: string): boolean {
    if (this.#state !== 'proceeding') return false;
    this.#state = 'completed';
    this.#table.countAnswered();
    this.#lastSent = text;
    this.flow.send(text, this);
    const { t1Ms } = this.#table.timers;
    if (!this.flow.isReliable) {
      this.#repeatIntervalMs = t1Ms;
      this.#repeat = new WheelTimer(this, TIMER_REPEAT);
      this.#table.wheel.start(this.#repeat, t1Ms); // G
    }
    this.#startLife(transactionTimeoutMs(this.#table.timers)); // H
    this.#user = undefined;
    return true;
  }

  /** The INVITE came again. */
  receiveRepeat(): void {
    if (this.#state === 'proceeding' || this.#state === 'completed') this.#sendAgain();
  }

  /** An ACK of this transaction; false when it belongs to a 2xx, so to the dialog. */
  receiveAck(): boolean {
    if (this.#state === 'accepted') return false;
    if (this.#state === 'completed') {
      this.#state = 'confirmed';
      this.#lastSent = undefined;
      this.#stopRepeat();
      this.#startLife(this.flow.isReliable ? 0 : this.#table.timers.t4Ms); // I
    }
    return true;
  }

  /** @internal */
  onTimer(kind: number): void {
    if (kind === TIMER_REPEAT) {
      this.#sendAgain();
      this.#repeatIntervalMs = Math.min(2 * this.#repeatIntervalMs, this.#table.timers.t2Ms);
      this.#table.wheel.start(this.#repeat!, this.#repeatIntervalMs);
    } else if (this.#state === 'proceeding') {
      this.#user?.onUnansweredTooLong();
    } else {
      this.end();
    }
  }

  /** @internal */
  onSendFailed(failure: Error): void {
    if (this.#state === 'proceeding' || this.#state === 'accepted') {
      this.#user?.onAnswerNotSent(failure);
    }
  }

  /** The user wants to hear no more; the machine runs on to its end. */
  release(): void {
    this.#user = undefined;
  }

  /** Ends at once, timers and all. */
  end(): void {
    if (this.#state === 'ended') return;
    if (this.#state === 'proceeding') this.#table.countAnswered();
    this.#state = 'ended';
    const user = this.#user;
    this.#user = undefined;
    this.#lastSent = undefined;
    this.#stopRepeat();
    this.#table.wheel.stop(this.#life);
    this.#table.forgetInviteServer(this);
    user?.onEnd();
  }

  #sendAgain(): void {
    if (this.#lastSent === undefined) return;
    this.#table.countRepeatSent();
    this.flow.send(this.#lastSent, this);
  }

  #stopRepeat(): void {
    if (this.#repeat !== undefined) this.#table.wheel.stop(this.#repeat);
  }

  #startLife(lifeMs: number): void {
    if (lifeMs === 0) this.end();
    else this.#table.wheel.start(this.#life, lifeMs);
  }
}
