import type { StopTimer } from '@tandem/engine';
import type {
  AckEvent,
  Body,
  ModifiedEvent,
  ModifyCancelEvent,
  ModifyEvent,
} from '@tandem/messages';
import {
  type HeaderLine,
  type IncomingInvite,
  type IncomingRequest,
  keep,
  parseRetryAfter,
  type SipResponse,
} from '@tandem/sip-stack';
import { readBody } from '../headers/body-parts.ts';
import { readCrossingHeaders } from '../headers/crossing-headers.ts';
import type { SessionLink } from '../session/session-link.ts';
import type { SessionTimer } from '../session/session-timer.ts';
import { AskedChange, type AskedChangeUser } from './asked-change.ts';
import { AskingChange, type AskingChangeUser } from './asking-change.ts';

/**
 * Changes of the session of one answered leg (RFC 3261 §14, RFC 3311): at most one is under way.
 *
 *            ┌── re-INVITE, UPDATE of the peer ──> asked ── modified ──> answered ── ACK ──┐
 *   idle ────┤   (a refresh is answered here)        └── CANCEL: 487 ──────────────────────┤──> idle
 *            └── modify of the other leg ───────> asking ── final, ACK ────────────────────┤
 *                                                    └── 2xx with offer ─> owing ── ack ───┘
 *
 * Crossed on the wire (asking, and the peer asks): 491. Crossed inside (asked, and the other
 * leg asks): `modified` 491. A refusal leaves the session as it was; 408, 481 and silence end it.
 */
export class ModifyMachine implements AskedChangeUser, AskingChangeUser {
  /** Our 2xx to the first INVITE still waits for its ACK: nothing may change until then. */
  isAckAwaited = false;
  readonly #link: SessionLink;
  readonly #timer: SessionTimer;
  #asked: AskedChange | undefined;
  #asking: AskingChange | undefined;
  #queued: ModifyEvent | undefined;
  #stopWaiting: StopTimer | undefined;
  #target: string;
  #counter = 0;

  constructor(link: SessionLink, timer: SessionTimer) {
    this.#link = link;
    this.#timer = timer;
    this.#target = link.dialog.remoteTarget;
  }

  /** A re-INVITE or UPDATE of the peer, checked already. */
  receive(request: IncomingInvite | IncomingRequest): void {
    if (this.#asking !== undefined || this.isAckAwaited) {
      request.respond(491);
      return;
    }
    if (this.#asked !== undefined) {
      request.respond(500, { headers: [['Retry-After', String(this.#random(10))]] });
      return;
    }
    const { dialog, host } = this.#link;
    const modifyId = `${dialog.localTag}-${++this.#counter}`;
    const change = new AskedChange(modifyId, request, this);
    this.#asked = change;
    const target = targetOf(request) ?? this.#target;
    const isTargetNew = target !== this.#target;
    this.#target = keep(target);
    if (this.#isRefresh(change, isTargetNew)) {
      const body = change.offer === undefined ? undefined : this.#link.media.sent;
      this.#accept(change, request, body);
      return;
    }
    this.#lines = this.#timer.accept(request.request);
    this.#link.tell({
      type: 'modify',
      modifyId,
      method: change.method,
      body: change.offer,
      headers: readCrossingHeaders(request.request, host.crossingKeys),
    });
  }

  /** The other leg answered what our peer asked. */
  modified(event: ModifiedEvent): void {
    const change = this.#asked;
    if (change === undefined || change.id !== event.modifyId || change.isAnswered) return;
    if (event.status < 200) return;
    if (event.status >= 300) {
      change.refuse(event.status, event);
      this.#idle();
      return;
    }
    const { media } = this.#link;
    if (change.offer !== undefined) media.received = change.offer;
    if (event.body !== undefined) media.sent = event.body;
    change.accept(event.body, this.#lines);
    if (change.method === 'UPDATE') this.#idle();
  }

  /** The other leg asks for a change. */
  modify(event: ModifyEvent): void {
    const isAnswered = this.#asked?.isAnswered ?? this.isAckAwaited;
    if (this.#asking === undefined && isAnswered && this.#queued === undefined) {
      this.#queued = event;
    } else if (this.#asking !== undefined || this.#asked !== undefined || this.isAckAwaited) {
      this.#tellModified(event.modifyId, 491, 'Request Pending');
    } else {
      this.#ask(event);
    }
  }

  /** The other leg called its change off. */
  modifyCancel({ modifyId }: ModifyCancelEvent): void {
    if (this.#queued?.modifyId === modifyId) {
      this.#queued = undefined;
      this.#tellModified(modifyId, 487, 'Request Terminated');
    } else if (this.#asking?.id === modifyId) {
      this.#asking.callOff();
    }
  }

  /** The answer to the offer that our peer's 2xx brought. */
  ack(event: AckEvent): void {
    const change = this.#asking;
    if (change?.id === undefined || change.id !== event.modifyId) return;
    if (this.#stopWaiting === undefined) return;
    change.acknowledge(event.body);
    if (event.body !== undefined) this.#link.media.sent = event.body;
    this.#idle();
  }

  /** Refreshes the session by ourselves: UPDATE without a description, else what was sent last. */
  refresh(): void {
    if (this.#asking !== undefined || this.#asked !== undefined || this.isAckAwaited) {
      this.#timer.retry();
      return;
    }
    const method = this.#link.isUpdateAllowed ? 'UPDATE' : 'INVITE';
    const body = method === 'UPDATE' ? undefined : this.#link.media.sent;
    this.#start(new AskingChange(this.#link, this.#toAsk(method, body, undefined), this));
  }

  /** The first ACK came. */
  acked(): void {
    this.isAckAwaited = false;
    this.#runQueued();
  }

  /** The leg ends: what the peer asked is answered, what was asked of it is dropped. */
  end(): void {
    this.#stopRetry?.();
    this.#asked?.refuse(this.#asked.method === 'INVITE' ? 487 : 500);
    this.#queued = undefined;
    this.#idle();
  }

  /** Whether a request of either side is open. */
  get isBusy(): boolean {
    return this.#asked !== undefined || this.#asking !== undefined;
  }

  /** @internal */
  onCalledOff(change: AskedChange): void {
    if (this.#asked !== change) return;
    this.#link.tell({ type: 'modifyCancel', modifyId: change.id });
    this.#idle();
  }

  /** @internal */
  onAcked(change: AskedChange, answer: Body | undefined): void {
    if (this.#asked !== change) return;
    if (change.offer === undefined) {
      if (answer !== undefined) this.#link.media.received = answer;
      this.#link.tell({ type: 'ack', modifyId: change.id, body: answer });
    }
    this.#idle();
  }

  /** @internal */
  onAckMissing(): void {
    this.#link.dead('noack');
  }

  /** @internal */
  onAccepted(change: AskingChange, response: SipResponse): void {
    if (this.#asking !== change) return;
    this.#timer.agree(response);
    const body = readBody(response);
    const { media } = this.#link;
    if (change.isOfferless && !change.isCalledOff && body !== undefined) {
      media.received = body;
      const waitMs = 64 * this.#link.host.timers.t1Ms;
      this.#stopWaiting = this.#link.host.wheel.after(waitMs, () => {
        change.acknowledge(undefined);
        this.#link.dead('no-answer-to-offer');
      });
      this.#tellAccepted(change, response, body);
      return;
    }
    change.acknowledge(undefined);
    const former = media.sent;
    const isChanged = change.asked.body !== undefined && change.asked.body !== former;
    if (!change.isCalledOff) {
      if (change.asked.body !== undefined) media.sent = change.asked.body;
      if (body !== undefined) media.received = body;
    }
    this.#tellAccepted(change, response, body);
    this.#idle();
    // It was accepted after it had been called off: what was in force is put back.
    if (change.isCalledOff && isChanged && former !== undefined && !this.isBusy) {
      this.#start(new AskingChange(this.#link, this.#toAsk('INVITE', former, undefined), this));
    }
  }

  /** @internal */
  onRefused(change: AskingChange, response: SipResponse): void {
    if (this.#asking !== change) return;
    if (response.status === 481 || response.status === 408) {
      this.#link.dead(response.status === 481 ? 'unknown-to-peer' : 'silent');
      return;
    }
    const { event } = change.asked;
    this.#asking = undefined;
    if (event !== undefined) {
      const warning = response.get('Warning');
      const retryAfter = parseRetryAfter(response.get('Retry-After') ?? '');
      this.#link.tell({
        type: 'modified',
        modifyId: event.modifyId,
        // A challenge that we cannot answer is ours to hide.
        status: response.status === 401 || response.status === 407 ? 403 : response.status,
        phrase: keep(response.reason),
        ...(warning !== undefined && { warning: keep(warning) }),
        ...(retryAfter !== undefined && { retryAfterSeconds: retryAfter }),
      });
    } else if (response.status === 422 && this.#timer.raise(response)) {
      this.refresh();
      return;
    } else {
      this.#retryOwn(response.status);
    }
    this.#idle();
  }

  /** @internal */
  onSilence(change: AskingChange): void {
    if (this.#asking !== change) return;
    this.#link.dead('silent');
  }

  #lines: readonly HeaderLine[] = [];

  #isRefresh(change: AskedChange, isTargetNew: boolean): boolean {
    if (change.offer === undefined) return change.method === 'UPDATE';
    return !isTargetNew && this.#link.media.isRefresh(change.offer);
  }

  #accept(
    change: AskedChange,
    request: IncomingInvite | IncomingRequest,
    body: Body | undefined,
  ): void {
    change.accept(body, this.#timer.accept(request.request));
    if (change.method === 'UPDATE') this.#idle();
  }

  #ask(event: ModifyEvent): void {
    // A peer without UPDATE gets a re-INVITE in its place, which says the same.
    const isUpdate = event.method === 'UPDATE' && this.#link.isUpdateAllowed;
    const asked = this.#toAsk(isUpdate ? 'UPDATE' : 'INVITE', event.body, event);
    this.#start(new AskingChange(this.#link, asked, this));
  }

  #toAsk(
    method: 'INVITE' | 'UPDATE',
    body: Body | undefined,
    event: ModifyEvent | undefined,
  ): AskingChange['asked'] {
    const headers = [...this.#timer.requestLines(), ...(event?.headers ?? [])];
    return { method, body, headers, event };
  }

  #start(change: AskingChange): void {
    this.#asking = change;
    change.start();
  }

  #tellAccepted(change: AskingChange, response: SipResponse, body: Body | undefined): void {
    const { event } = change.asked;
    if (event === undefined) return;
    this.#link.tell({
      type: 'modified',
      modifyId: event.modifyId,
      status: change.isCalledOff ? 487 : 200,
      phrase: keep(response.reason),
      body,
      headers: readCrossingHeaders(response, this.#link.host.crossingKeys),
    });
  }

  #tellModified(modifyId: string, status: number, phrase: string): void {
    this.#link.tell({ type: 'modified', modifyId, status, phrase });
  }

  // RFC 3261 §14.1: the side that made the Call-ID waits 2.1–4 s, the other 0–2 s.
  #retryOwn(status: number): void {
    if (status !== 491) {
      this.#timer.retry();
      return;
    }
    const baseMs = this.#link.dialog.isIncoming ? 0 : 2_100;
    const delayMs = baseMs + this.#random(190) * 10;
    const stop = this.#link.host.wheel.after(delayMs, () => {
      if (this.#asking === undefined && this.#asked === undefined) this.refresh();
    });
    this.#stopRetry?.();
    this.#stopRetry = stop;
  }

  #stopRetry: StopTimer | undefined;

  #idle(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.#asked = undefined;
    this.#asking = undefined;
    this.#runQueued();
  }

  #runQueued(): void {
    const queued = this.#queued;
    if (queued === undefined || this.isBusy || this.isAckAwaited) return;
    this.#queued = undefined;
    this.#ask(queued);
  }

  #random(max: number): number {
    const [high = 0, low = 0] = this.#link.host.random(2);
    return (high * 256 + low) % (max + 1);
  }
}

function targetOf(request: IncomingInvite | IncomingRequest): string | undefined {
  const { contacts } = request.request;
  return contacts === undefined || contacts === '*' ? undefined : contacts[0]?.uriText;
}
