import { type TimerOwner, WheelTimer } from '@tandem/engine';

import type { Flow, SendWatcher } from '../transport/flow.ts';
import { transactionTimeoutMs } from './timer-values.ts';
import type { TransactionHost } from './transaction-host.ts';

/** States of the non-INVITE server transaction (RFC 3261 figure 8). */
export type RequestServerState = 'trying' | 'proceeding' | 'completed' | 'ended';

/** Hears what the machine cannot settle itself. */
export interface RequestServerUser {
  /** T2 passed without an answer: the peer must be told to slow down by a 100 (RFC 4320 §4.1). */
  makeTrying(): string;
}

/** Takes the transaction out of its table. */
export interface RequestServerTable extends TransactionHost {
  forgetRequestServer(transaction: RequestServerTransaction): void;
}

/**
 * The server transaction of any request but INVITE and ACK, with RFC 4320.
 *
 *    trying --T2: 100--> proceeding --2xx-6xx--> completed --J--> end
 *       |  request: absorbed   request: 100 again    |  request: send again
 *       +----------------------2xx-6xx---------------+
 *
 * Never answered at all, it ends after 64·T1 in silence: by then the peer has given up, and a
 * 408 would only travel backwards (RFC 4320 §4.2).
 */
export class RequestServerTransaction implements TimerOwner, SendWatcher {
  #state: RequestServerState = 'trying';
  #lastSent: string | undefined;
  #user: RequestServerUser | undefined;
  readonly #table: RequestServerTable;
  readonly #life = new WheelTimer(this);

  constructor(
    readonly key: string,
    /** Key of the request as merged ones share it; '' within a dialog. */
    readonly mergeKey: string,
    /** Way back to the sender (RFC 3261 §18.2.2). */
    readonly flow: Flow,
    table: RequestServerTable,
    user: RequestServerUser,
  ) {
    this.#table = table;
    this.#user = user;
    table.wheel.start(this.#life, table.timers.t2Ms);
  }

  get state(): RequestServerState {
    return this.#state;
  }

  /** Sends the final answer and keeps it for repeats; false when one has been given. */
  sendFinal(text: string): boolean {
    if (!this.#complete()) return false;
    this.#lastSent = text;
    this.flow.send(text, this);
    this.#linger();
    return true;
  }

  /** Ends in silence what nobody may answer: repeats are still absorbed. */
  completeSilently(): boolean {
    if (!this.#complete()) return false;
    this.#lastSent = undefined;
    this.#linger();
    return true;
  }

  /** The request came again. */
  receiveRepeat(): void {
    if (this.#lastSent === undefined) return;
    this.#table.countRepeatSent();
    this.flow.send(this.#lastSent, this);
  }

  /** @internal */
  onTimer(): void {
    if (this.#state !== 'trying' || this.#user === undefined) {
      this.end();
      return;
    }
    this.#state = 'proceeding';
    this.#lastSent = this.#user.makeTrying();
    this.flow.send(this.#lastSent, this);
    const { timers } = this.#table;
    this.#table.wheel.start(this.#life, transactionTimeoutMs(timers) - timers.t2Ms);
  }

  /** @internal An answer that did not leave may be asked for again by the peer: nothing to do. */
  onSendFailed(): void {}

  /** Ends at once, timers and all. */
  end(): void {
    if (this.#state === 'ended') return;
    if (this.#state !== 'completed') this.#table.countAnswered();
    this.#state = 'ended';
    this.#user = undefined;
    this.#lastSent = undefined;
    this.#table.wheel.stop(this.#life);
    this.#table.forgetRequestServer(this);
  }

  #complete(): boolean {
    if (this.#state !== 'trying' && this.#state !== 'proceeding') return false;
    this.#state = 'completed';
    this.#table.countAnswered();
    this.#user = undefined;
    return true;
  }

  // J: 64·T1 for what may be lost, nothing where the transport repeats itself.
  #linger(): void {
    if (this.flow.isReliable) this.end();
    else this.#table.wheel.start(this.#life, transactionTimeoutMs(this.#table.timers));
  }
}
