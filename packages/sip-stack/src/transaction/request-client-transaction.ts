import { type TimerOwner, WheelTimer } from '@tandem/engine';

import type { Flow, SendWatcher } from '../transport/flow.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import { transactionTimeoutMs } from './timer-values.ts';
import type { TransactionHost } from './transaction-host.ts';

/** States of the non-INVITE client transaction (RFC 3261 figure 6). */
export type RequestClientState = 'trying' | 'proceeding' | 'completed' | 'ended';

/** Hears the answers. */
export interface RequestClientUser {
  onProvisional(response: SipResponse): void;
  /** The final answer, once. */
  onFinal(response: SipResponse): void;
  /** Timer F. */
  onTimeout(): void;
  onTransportError(failure: Error): void;
}

/** Takes the transaction out of its table. */
export interface RequestClientTable extends TransactionHost {
  forgetRequestClient(transaction: RequestClientTransaction): void;
}

const TIMER_REPEAT = 0;
const TIMER_LIFE = 1;

/**
 * The client transaction of any request but INVITE and ACK.
 *
 *    trying --1xx--> proceeding --200-699--> completed --K--> end
 *      |  E: send again, doubled to T2; F: timeout   |
 *      +-----------------200-699---------------------+
 */
export class RequestClientTransaction implements TimerOwner, SendWatcher {
  #state: RequestClientState = 'trying';
  #request: string | undefined;
  #repeatIntervalMs: number;
  #user: RequestClientUser | undefined;
  readonly #table: RequestClientTable;
  readonly #repeat = new WheelTimer(this, TIMER_REPEAT);
  readonly #life = new WheelTimer(this, TIMER_LIFE);

  constructor(
    readonly branch: string,
    /** Tells a CANCEL from other requests of the branch. */
    readonly method: string,
    readonly flow: Flow,
    table: RequestClientTable,
    user: RequestClientUser,
  ) {
    this.#table = table;
    this.#user = user;
    this.#repeatIntervalMs = table.timers.t1Ms;
  }

  get state(): RequestClientState {
    return this.#state;
  }

  /** Sends the request and starts E and F. */
  start(request: string): void {
    const { wheel, timers } = this.#table;
    if (!this.flow.isReliable) {
      this.#request = request;
      wheel.start(this.#repeat, this.#repeatIntervalMs);
    }
    wheel.start(this.#life, transactionTimeoutMs(timers));
    this.flow.watch(this);
    this.flow.send(request, this);
  }

  /** An answer whose branch and method are ours. */
  receive(response: SipResponse): void {
    if (this.#state !== 'trying' && this.#state !== 'proceeding') return;
    if (response.status < 200) {
      this.#state = 'proceeding';
      this.#user?.onProvisional(response);
      return;
    }
    const user = this.#user;
    this.#state = 'completed';
    this.#user = undefined;
    this.#request = undefined;
    this.flow.unwatch(this);
    this.#table.wheel.stop(this.#repeat);
    if (this.flow.isReliable) this.end();
    else this.#table.wheel.start(this.#life, this.#table.timers.t4Ms); // K
    user?.onFinal(response);
  }

  /** @internal */
  onTimer(kind: number): void {
    if (kind === TIMER_REPEAT) {
      this.#repeatRequest();
      return;
    }
    const user = this.#user;
    this.end();
    user?.onTimeout();
  }

  /** @internal */
  onSendFailed(failure: Error): void {
    if (this.#state !== 'trying' && this.#state !== 'proceeding') return;
    const user = this.#user;
    this.end();
    user?.onTransportError(failure);
  }

  /** Ends at once, timers and all; the user hears nothing. */
  end(): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#user = undefined;
    this.#request = undefined;
    this.#table.wheel.stop(this.#repeat);
    this.#table.wheel.stop(this.#life);
    this.flow.unwatch(this);
    this.#table.forgetRequestClient(this);
  }

  #repeatRequest(): void {
    if (this.#request === undefined) return;
    this.#table.countRepeatSent();
    this.flow.send(this.#request, this);
    const { t2Ms } = this.#table.timers;
    // After a provisional answer E is T2 at once (RFC 3261 §17.1.2.2).
    this.#repeatIntervalMs =
      this.#state === 'proceeding' ? t2Ms : Math.min(2 * this.#repeatIntervalMs, t2Ms);
    this.#table.wheel.start(this.#repeat, this.#repeatIntervalMs);
  }
}
