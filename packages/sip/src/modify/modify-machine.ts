import type { AckEvent, ModifiedEvent, ModifyCancelEvent, ModifyEvent } from '@tandem/messages';
import type { IncomingInvite, IncomingRequest } from '@tandem/sip-stack';
import { randomBelow } from '../random-below.ts';
import type { SessionLink } from '../session/session-link.ts';
import type { SessionTimer } from '../session/session-timer.ts';
import { AskedSide } from './asked-side.ts';
import { AskingSide } from './asking-side.ts';

/** RFC 3261 §14.2: how long a peer is told to wait at most with its next request, s. */
const RETRY_AFTER_SECONDS_MAX = 10;

/**
 * Changes of the session of one answered leg (RFC 3261 §14, RFC 3311): at most one is under way.
 *
 *            ┌── re-INVITE, UPDATE of the peer ──> asked ── modified ──> answered ── ACK ──┐
 *   idle ────┤   (a refresh is answered here)        └── CANCEL: 487 ──────────────────────┤──> idle
 *            └── modify of the other leg ───────> asking ── final, ACK ────────────────────┤
 *                                                    └── 2xx with offer ─> owing ── ack ───┘
 *
 * Crossed on the wire (asking, and the peer asks): 491. Crossed inside (asked, and the other
 * leg asks): `modified` 491. Asked twice: 500. While an ACK to our 2xx is awaited ours waits.
 */
export class ModifyMachine {
  /** Our 2xx to the first INVITE still waits for its ACK: nothing may change until then. */
  isAckAwaited = false;
  readonly #link: SessionLink;
  readonly #timer: SessionTimer;
  readonly #asked: AskedSide;
  readonly #asking: AskingSide;
  #queued: ModifyEvent | undefined;

  constructor(link: SessionLink, timer: SessionTimer) {
    this.#link = link;
    this.#timer = timer;
    const onIdle = (): void => this.#runQueued();
    this.#asked = new AskedSide(link, timer, onIdle);
    this.#asking = new AskingSide(link, timer, onIdle);
  }

  /** Whether a request of either side is open. */
  get isBusy(): boolean {
    return this.#asked.isBusy || this.#asking.isBusy;
  }

  /** A re-INVITE or UPDATE of the peer, checked already. */
  receive(request: IncomingInvite | IncomingRequest): void {
    if (isMereRefresh(request) && !this.#asked.isUpdateOpen) this.#asked.refresh(request);
    else if (this.#asking.isBusy || this.isAckAwaited) request.respond(491);
    else if (this.#asked.isBusy) {
      const seconds = randomBelow(RETRY_AFTER_SECONDS_MAX + 1, this.#link.host.random);
      request.respond(500, { headers: [['Retry-After', String(seconds)]] });
    } else this.#asked.receive(request);
  }

  /** The other leg answered what our peer asked. */
  modified(event: ModifiedEvent): void {
    this.#asked.modified(event);
  }

  /** The other leg asks for a change. */
  modify(event: ModifyEvent): void {
    const isAckWaitedFor = this.isAckAwaited || this.#asked.isAnswered;
    if (!this.isBusy && !this.isAckAwaited) this.#asking.ask(event);
    else if (isAckWaitedFor && !this.#asking.isBusy && this.#queued === undefined) {
      this.#queued = event;
    } else this.#refuse(event.modifyId, 491, 'Request Pending');
  }

  /** The other leg called its change off. */
  modifyCancel({ modifyId }: ModifyCancelEvent): void {
    if (this.#asking.callOff(modifyId) || this.#queued?.modifyId !== modifyId) return;
    this.#queued = undefined;
    this.#refuse(modifyId, 487, 'Request Terminated');
  }

  /** The answer to the offer that our peer's 2xx brought. */
  ack(event: AckEvent): void {
    this.#asking.ack(event);
  }

  /** The session timer is half over. */
  refresh(): void {
    if (this.isBusy || this.isAckAwaited) this.#timer.retry();
    else this.#asking.refresh();
  }

  /** The first ACK came. */
  acked(): void {
    this.isAckAwaited = false;
    this.#runQueued();
  }

  /** The leg ends: what the peer asked is answered, what was asked of it is dropped. */
  end(): void {
    this.#queued = undefined;
    this.#asked.end();
    this.#asking.end();
  }

  #runQueued(): void {
    const queued = this.#queued;
    if (queued === undefined || this.isBusy || this.isAckAwaited) return;
    this.#queued = undefined;
    this.#asking.ask(queued);
  }

  #refuse(modifyId: string, status: number, phrase: string): void {
    this.#link.tell({ type: 'modified', modifyId, status, phrase });
  }
}

// It has no offer that could cross another one (RFC 3311 §5.2).
function isMereRefresh(request: IncomingInvite | IncomingRequest): request is IncomingRequest {
  return request.method === 'UPDATE' && request.request.body === '';
}
