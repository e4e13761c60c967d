import type { StopTimer } from '@tandem/engine';
import type { AckEvent, Body, ModifyEvent } from '@tandem/messages';
import type { SipResponse } from '@tandem/sip-stack';
import { readBody } from '../headers/body-parts.ts';
import { randomBelow } from '../random-below.ts';
import type { SessionLink } from '../session/session-link.ts';
import type { SessionTimer } from '../session/session-timer.ts';
import { acceptedChange, refusedChange } from './modified-event.ts';
import { type AskedOfPeer, AskingChange, type AskingChangeUser } from './asking-change.ts';

/**
 * What we ask of the peer: changes of the other leg, and our own refreshes. A refusal leaves the
 * session as it was (RFC 3261 §14.1); 408, 481 and silence end it (§12.2.1.2).
 */
export class AskingSide implements AskingChangeUser {
  readonly #link: SessionLink;
  readonly #timer: SessionTimer;
  readonly #onIdle: () => void;
  #change: AskingChange | undefined;
  /** Runs while the answer to the peer's offer is owed. */
  #stopOwing: StopTimer | undefined;
  #stopRetry: StopTimer | undefined;

  constructor(link: SessionLink, timer: SessionTimer, onIdle: () => void) {
    this.#link = link;
    this.#timer = timer;
    this.#onIdle = onIdle;
  }

  /** A request of ours is open, or its ACK owed. */
  get isBusy(): boolean {
    return this.#change !== undefined;
  }

  /** Asks for what the other leg wants. A peer without UPDATE gets a re-INVITE in its place. */
  ask(event: ModifyEvent): void {
    const isUpdate = event.method === 'UPDATE' && this.#link.isUpdateAllowed;
    this.#start(isUpdate ? 'UPDATE' : 'INVITE', event.body, event);
  }

  /** Refreshes the session: UPDATE without a description, else what was sent last, byte for byte. */
  refresh(): void {
    if (this.#link.isUpdateAllowed) this.#start('UPDATE', undefined, undefined);
    else this.#start('INVITE', this.#link.media.sent, undefined);
  }

  /** Calls off what the other leg wanted; false if it is not that. */
  callOff(modifyId: string): boolean {
    if (this.#change?.id !== modifyId) return false;
    this.#change.callOff();
    return true;
  }

  /** The other leg's answer to the peer's offer. */
  ack({ modifyId, body }: AckEvent): void {
    const change = this.#change;
    if (change?.id === undefined || change.id !== modifyId) return;
    if (this.#stopOwing === undefined) return;
    change.acknowledge(body);
    if (body !== undefined) this.#link.media.sent = body;
    this.#end();
  }

  /** The leg ends: what still comes is not heard. */
  end(): void {
    this.#stopRetry?.();
    this.#stopOwing?.();
    this.#stopOwing = undefined;
    this.#change = undefined;
  }

  /** @internal */
  onAccepted(change: AskingChange, response: SipResponse): void {
    if (this.#change !== change) return;
    this.#timer.agree(response);
    const body = readBody(response);
    if (change.isOfferless && !change.isCalledOff && body !== undefined) {
      this.#link.media.received = body;
      this.#tellAccepted(change, response);
      this.#owe(change);
      return;
    }
    change.acknowledge(undefined);
    this.#tellAccepted(change, response);
    if (change.isCalledOff) this.#putBack(change);
    else {
      const { media } = this.#link;
      if (change.asked.body !== undefined) media.sent = change.asked.body;
      if (body !== undefined) media.received = body;
      this.#end();
    }
  }

  /** @internal */
  onRefused(change: AskingChange, response: SipResponse): void {
    if (this.#change !== change) return;
    const { status } = response;
    if (status === 481) this.#link.dead('unknown-to-peer');
    else if (status === 408) this.#link.dead('silent');
    else if (change.asked.event !== undefined) {
      this.#link.tell(refusedChange(change.asked.event.modifyId, response));
      this.#end();
    } else {
      this.#change = undefined;
      if (status === 422 && this.#timer.raise(response)) this.refresh();
      else {
        this.#retry(status);
        this.#onIdle();
      }
    }
  }

  /** @internal */
  onSilence(change: AskingChange): void {
    if (this.#change === change) this.#link.dead('silent');
  }

  #start(
    method: 'INVITE' | 'UPDATE',
    body: Body | undefined,
    event: ModifyEvent | undefined,
  ): void {
    const headers = [...this.#timer.requestLines(), ...(event?.headers ?? [])];
    const asked: AskedOfPeer = { method, body, headers, event };
    this.#change = new AskingChange(this.#link, asked, this);
    this.#change.start();
  }

  #owe(change: AskingChange): void {
    const { wheel, timers } = this.#link.host;
    this.#stopOwing = wheel.after(64 * timers.t1Ms, () => {
      change.acknowledge(undefined);
      this.#link.dead('no-answer-to-offer');
    });
  }

  // It was accepted after it had been called off: what is in force is said again.
  #putBack(change: AskingChange): void {
    const { sent } = this.#link.media;
    this.#change = undefined;
    if (sent === undefined || change.asked.body === sent) this.#onIdle();
    else this.#start('INVITE', sent, undefined);
  }

  #tellAccepted(change: AskingChange, response: SipResponse): void {
    const { event } = change.asked;
    if (event === undefined) return;
    const told = acceptedChange(event.modifyId, response, this.#link.host.crossingKeys);
    this.#link.tell(change.isCalledOff ? { ...told, status: 487 } : told);
  }

  // RFC 3261 §14.1: the side that made the Call-ID waits 2.1–4 s, the other 0–2 s.
  #retry(status: number): void {
    if (status !== 491) {
      this.#timer.retry();
      return;
    }
    const { host, dialog } = this.#link;
    const baseMs = dialog.isIncoming ? 0 : 2_100;
    const delayMs = baseMs + randomBelow(1_900, host.random);
    this.#stopRetry?.();
    this.#stopRetry = host.wheel.after(delayMs, () => {
      if (this.isBusy) return;
      this.refresh();
    });
  }

  #end(): void {
    this.#stopOwing?.();
    this.#stopOwing = undefined;
    this.#change = undefined;
    this.#onIdle();
  }
}
