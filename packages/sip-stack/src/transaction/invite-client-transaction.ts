import { type TimerOwner, WheelTimer } from '@tandem/engine';

import type { Flow, SendWatcher } from '../transport/flow.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import { transactionTimeoutMs } from './timer-values.ts';
import type { TransactionHost } from './transaction-host.ts';

/** States of the INVITE client transaction (RFC 3261 figure 5, RFC 6026 §7.2). */
export type InviteClientState = 'calling' | 'proceeding' | 'completed' | 'accepted' | 'ended';

/** Hears the answers. */
export interface InviteClientUser {
  onProvisional(response: SipResponse): void;
  /** Every 2xx, repeats and those of other forks too, for 64·T1 after the first. */
  onSuccess(response: SipResponse): void;
  /** The first 3xx-6xx; the machine acknowledges it with the text that `makeAck` gives. */
  onRefusal(response: SipResponse): void;
  makeAck(response: SipResponse): string;
  /** Timer B, or silence after CANCEL. */
  onTimeout(): void;
  onTransportError(failure: Error): void;
  /** No provisional answer for longer than the bound: give it up. */
  onUnansweredTooLong(): void;
}

/** Takes the transaction out of its table. */
export interface InviteClientTable extends TransactionHost {
  readonly proceedingMaxMs: number;
  forgetInviteClient(transaction: InviteClientTransaction): void;
}

const TIMER_REPEAT = 0;
const TIMER_LIFE = 1;

/** D is "at least 32 s" whatever T1 is; T1 above the default makes it longer (RFC 3261 §17.1.1.2). */
const TIMER_D_MIN_MS = 32_000;

/**
 * The INVITE client transaction. The one timer of life is B, then the bound on ringing or the
 * guard of a CANCEL, then D or M.
 *
 *      calling   A: send again, B: timeout
 *       | 1xx     |  2xx  \  300-699
 *   proceeding ---+        \
 *       | 2xx     v         v
 *       +----> accepted   completed   300-699: ACK again
 *               M: end     D: end
 */
export class InviteClientTransaction implements TimerOwner, SendWatcher {
  #state: InviteClientState = 'calling';
  #request: string | undefined;
  #ack: string | undefined;
  #repeatIntervalMs: number;
  #isGuarded = false;
  #user: InviteClientUser | undefined;
  readonly #table: InviteClientTable;
  /** Until an answer comes. */
  #repeat: WheelTimer | undefined;
  readonly #life = new WheelTimer(this, TIMER_LIFE);

  constructor(
    readonly branch: string,
    readonly flow: Flow,
    table: InviteClientTable,
    user: InviteClientUser,
  ) {
    this.#table = table;
    this.#user = user;
    this.#repeatIntervalMs = table.timers.t1Ms;
  }

  get state(): InviteClientState {
    return this.#state;
  }

  /** Sends the INVITE and starts A and B. */
  start(request: string): void {
    const { wheel, timers } = this.#table;
    if (!this.flow.isReliable) {
      this.#request = request;
      this.#repeat = new WheelTimer(this, TIMER_REPEAT);
      wheel.start(this.#repeat, timers.t1Ms);
    }
    wheel.start(this.#life, transactionTimeoutMs(timers));
    this.flow.watch(this);
    this.flow.send(request, this);
  }

  /** CANCEL was sent: without a final answer it ends after this, 64·T1 (RFC 3261 §9.1). */
  guardCancel(guardMs = transactionTimeoutMs(this.#table.timers)): void {
    if (this.#state !== 'calling' && this.#state !== 'proceeding') return;
    this.#isGuarded = true;
    this.#table.wheel.start(this.#life, guardMs);
  }

  /** An answer whose branch is ours. */
  receive(response: SipResponse): void {
    const { status } = response;
    if (status < 200) this.#receiveProvisional(response);
    else if (status < 300) this.#receiveSuccess(response);
    else this.#receiveRefusal(response);
  }

  /** @internal */
  onTimer(kind: number): void {
    if (kind === TIMER_REPEAT) {
      this.#repeatRequest();
    } else if (this.#state === 'proceeding' && !this.#isGuarded) {
      this.#user?.onUnansweredTooLong();
    } else if (this.#state === 'calling' || this.#state === 'proceeding') {
      const user = this.#user;
      this.end();
      user?.onTimeout();
    } else {
      this.end();
    }
  }

  /** @internal Before a final answer the user is told at once; later ones are repeated anyway. */
  onSendFailed(failure: Error): void {
    if (this.#state !== 'calling' && this.#state !== 'proceeding') return;
    const user = this.#user;
    this.end();
    user?.onTransportError(failure);
  }

  /** Ends at once, timers and all. */
  end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#user = undefined;
    this.#stopRepeating();
    this.#ack = undefined;
    this.#table.wheel.stop(this.#life);
    this.flow.unwatch(this);
    this.#table.forgetInviteClient(this);
  }

  #receiveProvisional(response: SipResponse): void {
    if (this.#state === 'calling') {
      this.#state = 'proceeding';
      this.#stopRepeating();
    } else if (this.#state !== 'proceeding') {
      return;
    }
    if (!this.#isGuarded) this.#table.wheel.start(this.#life, this.#table.proceedingMaxMs);
    this.#user?.onProvisional(response);
  }

  #receiveSuccess(response: SipResponse): void {
    if (this.#state === 'calling' || this.#state === 'proceeding') {
      this.#settle('accepted');
      this.#table.wheel.start(this.#life, transactionTimeoutMs(this.#table.timers)); // M
    }
    if (this.#state === 'accepted') this.#user?.onSuccess(response);
  }

  #receiveRefusal(response: SipResponse): void {
    if (this.#state === 'completed') {
      if (this.#ack !== undefined) {
        this.#table.countRepeatSent();
        this.flow.send(this.#ack, this);
      }
      return;
    }
    const user = this.#user;
    if ((this.#state !== 'calling' && this.#state !== 'proceeding') || user === undefined) return;
    this.#settle('completed');
    this.#ack = user.makeAck(response);
    this.flow.send(this.#ack, this);
    this.#user = undefined;
    if (this.flow.isReliable) this.end();
    else {
      const lifeMs = Math.max(TIMER_D_MIN_MS, transactionTimeoutMs(this.#table.timers));
      this.#table.wheel.start(this.#life, lifeMs);
    }
    user.onRefusal(response);
  }

  #settle(state: 'accepted' | 'completed'): void {
    this.#state = state;
    this.#stopRepeating();
    this.flow.unwatch(this);
  }

  #stopRepeating(): void {
    this.#request = undefined;
    if (this.#repeat === undefined) return;
    this.#table.wheel.stop(this.#repeat);
    this.#repeat = undefined;
  }

  #repeatRequest(): void {
    const repeat = this.#repeat;
    if (this.#request === undefined || repeat === undefined) return;
    this.#table.countRepeatSent();
    this.flow.send(this.#request, this);
    this.#repeatIntervalMs *= 2;
    this.#table.wheel.start(repeat, this.#repeatIntervalMs);
  }
}
