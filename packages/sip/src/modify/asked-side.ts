import type { Body, ModifiedEvent } from '@tandem/messages';
import { type IncomingInvite, type IncomingRequest, keep } from '@tandem/sip-stack';
import { readCrossingHeaders } from '../headers/crossing-headers.ts';
import type { SessionLink } from '../session/session-link.ts';
import type { SessionTimer } from '../session/session-timer.ts';
import { AskedChange, type AskedChangeUser } from './asked-change.ts';

/**
 * What the peer asks of the session: a refresh is answered here (RFC 4028 §9, RFC 3311 §5.2), a
 * change goes to the other leg and comes back as `modified`.
 */
export class AskedSide implements AskedChangeUser {
  readonly #link: SessionLink;
  readonly #timer: SessionTimer;
  readonly #onIdle: () => void;
  #change: AskedChange | undefined;
  #target: string;
  #counter = 0;

  constructor(link: SessionLink, timer: SessionTimer, onIdle: () => void) {
    this.#link = link;
    this.#timer = timer;
    this.#onIdle = onIdle;
    this.#target = link.dialog.remoteTarget;
  }

  /** A request of the peer is open: unanswered, or its ACK awaited. */
  get isBusy(): boolean {
    return this.#change !== undefined;
  }

  /** Our answer is out, and only its ACK is awaited. */
  get isAnswered(): boolean {
    return this.#change?.isAnswered ?? false;
  }

  /** An UPDATE of the peer is open: there may be no second one (RFC 3311 §5.2). */
  get isUpdateOpen(): boolean {
    return this.#change?.method === 'UPDATE';
  }

  /** An UPDATE without an offer, which touches none that is under way. */
  refresh(update: IncomingRequest): void {
    this.#noteTarget(update);
    update.respond(200, { headers: this.#timer.accept(update.request) });
  }

  /** Takes a request of the peer, checked already, with nothing else under way. */
  receive(request: IncomingInvite | IncomingRequest): void {
    const modifyId = `${this.#link.dialog.localTag}-${++this.#counter}`;
    const change = new AskedChange(modifyId, request, this);
    this.#change = change;
    if (this.#isRefresh(change, this.#noteTarget(request))) {
      this.#accept(change, change.offer === undefined ? undefined : this.#link.media.sent);
      return;
    }
    this.#link.tell({
      type: 'modify',
      modifyId,
      method: change.method,
      body: change.offer,
      headers: readCrossingHeaders(request.request, this.#link.host.crossingKeys),
    });
  }

  /** The other leg's answer. */
  modified(event: ModifiedEvent): void {
    const change = this.#change;
    if (change === undefined || change.id !== event.modifyId || change.isAnswered) return;
    if (event.status < 200) return;
    if (event.status >= 300) {
      change.refuse(event.status, event);
      this.#end();
      return;
    }
    const { media } = this.#link;
    if (change.offer !== undefined) media.received = change.offer;
    if (event.body !== undefined) media.sent = event.body;
    this.#accept(change, event.body);
  }

  /** The leg ends: an INVITE gets 487, an UPDATE 500. */
  end(): void {
    this.#change?.refuse(this.#change.method === 'INVITE' ? 487 : 500);
    this.#change = undefined;
  }

  /** @internal */
  onCalledOff(change: AskedChange): void {
    if (this.#change !== change) return;
    this.#link.tell({ type: 'modifyCancel', modifyId: change.id });
    this.#end();
  }

  /** @internal */
  onAcked(change: AskedChange, answer: Body | undefined): void {
    if (this.#change !== change) return;
    if (change.offer === undefined) {
      if (answer !== undefined) this.#link.media.received = answer;
      this.#link.tell({ type: 'ack', modifyId: change.id, body: answer });
    }
    this.#end();
  }

  /** @internal */
  onAckMissing(): void {
    this.#link.dead('noack');
  }

  // A new Contact is no mere refresh: the media may come from elsewhere too.
  #noteTarget({ request }: IncomingInvite | IncomingRequest): boolean {
    const { contacts } = request;
    const target = contacts === '*' ? undefined : contacts?.[0]?.uriText;
    if (target === undefined || target === this.#target) return false;
    this.#target = keep(target);
    return true;
  }

  #isRefresh(change: AskedChange, isTargetNew: boolean): boolean {
    if (change.offer === undefined) return change.method === 'UPDATE';
    return !isTargetNew && this.#link.media.isRefresh(change.offer);
  }

  #accept(change: AskedChange, body: Body | undefined): void {
    // Only what is accepted refreshes a session, and on its terms (RFC 4028 §9).
    change.accept(body, this.#timer.accept(change.message));
    if (change.method === 'UPDATE') this.#end();
  }

  #end(): void {
    this.#change = undefined;
    this.#onIdle();
  }
}
