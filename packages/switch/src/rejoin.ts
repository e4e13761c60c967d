import { type TimerOwner, WheelTimer } from '@tandem/engine';
import type { Body, ModifiedEvent } from '@tandem/messages';
import type { Branch } from './branch.ts';
import type { CallContext } from './call-context.ts';
import type { LegRecord } from './leg-record.ts';
import { MODIFY_TIMEOUT_MS } from './limits.ts';

/** Who hears that the caller could not be connected to a leg that answered after him. */
export interface RejoinHost {
  onRejoinFailed(branch: Branch): void;
}

const ANSWER = 0;
const RETRY = 1;
/** Glare is tried again after this pause (RFC 3261 §14.1: 2.1 to 4 s for the owner of the Call-ID). */
const RETRY_MS = 2_100;
const TRIES_MAX = 3;

/**
 * Connects a caller whose call is up already to a new leg, as RFC 3725 flow I does: the new leg
 * was called without an offer, its 200 brings one, the caller gets it by re-INVITE, and his
 * answer goes out with the new leg's ACK.
 */
export class Rejoin implements TimerOwner {
  readonly #context: CallContext;
  readonly #host: RejoinHost;
  readonly #caller: LegRecord;
  readonly #branch: Branch;
  readonly #offer: Body | undefined;
  readonly #answer = new WheelTimer(this, ANSWER);
  readonly #retry = new WheelTimer(this, RETRY);
  #tries = 0;
  #isOver = false;

  constructor(
    context: CallContext,
    host: RejoinHost,
    caller: LegRecord,
    branch: Branch,
    offer: Body | undefined,
  ) {
    this.#context = context;
    this.#host = host;
    this.#caller = caller;
    this.#branch = branch;
    this.#offer = offer;
  }

  /** Asks the caller. */
  start(): void {
    this.#tries++;
    this.#context.host.wheel.start(this.#answer, MODIFY_TIMEOUT_MS);
    const modifyId = this.#modifyId;
    this.#caller.leg.send({ type: 'modify', modifyId, method: 'INVITE', body: this.#offer });
  }

  /** The caller's answer; false if it answers something else. */
  modified(event: ModifiedEvent): boolean {
    if (this.#isOver || event.modifyId !== this.#modifyId) return false;
    const { wheel } = this.#context.host;
    wheel.stop(this.#answer);
    if (event.status >= 200 && event.status < 300) this.#joined(event.body);
    else if (event.status === 491 && this.#tries < TRIES_MAX) wheel.start(this.#retry, RETRY_MS);
    else this.#failed();
    return true;
  }

  /** The call is over. */
  stop(): void {
    this.#isOver = true;
    this.#context.host.wheel.stop(this.#answer);
    this.#context.host.wheel.stop(this.#retry);
  }

  onTimer(kind: number): void {
    if (kind === RETRY) this.start();
    else this.#failed();
  }

  get #modifyId(): string {
    return `rejoin-${this.#branch.index}-${this.#tries}`;
  }

  #joined(body: Body | undefined): void {
    this.stop();
    const { leg } = this.#branch;
    leg?.send({ type: 'accepted' });
    leg?.send({ type: 'ack', body });
  }

  #failed(): void {
    this.stop();
    this.#host.onRejoinFailed(this.#branch);
  }
}
