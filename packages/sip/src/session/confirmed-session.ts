import type { HangupEvent, LegEvent } from '@tandem/messages';
import type {
  Dialog,
  DialogUser,
  DigestClient,
  HeaderLine,
  IncomingInvite,
  IncomingRequest,
  SipRequest,
  SipResponse,
} from '@tandem/sip-stack';
import { allowTowards, nodeAllow } from '../capabilities.ts';
import { hangupOf, reasonLines } from '../headers/reason-lines.ts';
import { refusalAnswer } from '../headers/refusal-answer.ts';
import type { LegHost } from '../leg/leg-host.ts';
import { InfoExchange } from '../modify/info-exchange.ts';
import { ModifyMachine } from '../modify/modify-machine.ts';
import { checkExtensions, checkSessionRequest } from '../requests/session-request-checks.ts';
import { TransferExchange } from '../transfer/transfer-exchange.ts';
import { sendInDialog } from './in-dialog-request.ts';
import { ProofOfLife } from './proof-of-life.ts';
import type { DeadReason, SessionLink } from './session-link.ts';
import type { SessionMedia } from './session-media.ts';
import { knowsTimers, SessionTimer, type SessionTimerUser } from './session-timer.ts';

/** What a leg hands over with its answered dialog. */
export interface SessionParts {
  readonly host: LegHost;
  readonly dialog: Dialog;
  readonly media: SessionMedia;
  readonly peer: 'caller' | 'callee';
  readonly digest: DigestClient | undefined;
  readonly isUpdateAllowed: boolean;
  /** An ACK is owed still, by the peer or by us: nothing may change until `begin`. */
  readonly isAckAwaited: boolean;
}

/** The leg of a session. */
export interface SessionOwner {
  /** Tells the switch. */
  tell(event: LegEvent): void;
  /** The leg is to end: the peer hung up, or is dead. Told once. */
  onSessionEnded(hangup: HangupEvent): void;
}

/**
 * One leg from its 2xx to its BYE (RFC 3261 §12, §14, §15): hears the peer's requests, carries
 * those of the other leg to it, and ends it from either side. What few calls need (changes, INFO,
 * session timer) is made at its first use: thousands of these live for hours.
 */
export class ConfirmedSession implements DialogUser, SessionLink, SessionTimerUser {
  readonly host: LegHost;
  readonly dialog: Dialog;
  readonly media: SessionMedia;
  readonly peer: 'caller' | 'callee';
  readonly digest: DigestClient | undefined;
  readonly isUpdateAllowed: boolean;
  readonly #owner: SessionOwner;
  readonly #life: ProofOfLife;
  #timer: SessionTimer | undefined;
  #changes: ModifyMachine | undefined;
  #info: InfoExchange | undefined;
  #transfers: TransferExchange | undefined;
  #isAckAwaited: boolean;
  #isEnded = false;

  constructor(parts: SessionParts, owner: SessionOwner) {
    this.host = parts.host;
    this.dialog = parts.dialog;
    this.media = parts.media;
    this.peer = parts.peer;
    this.digest = parts.digest;
    this.isUpdateAllowed = parts.isUpdateAllowed;
    this.#owner = owner;
    this.#isAckAwaited = parts.isAckAwaited;
    this.#life = new ProofOfLife(this);
    parts.dialog.user = this;
  }

  /** How long ago the peer proved that it lives, ms. */
  get silentMs(): number {
    return this.#life.silentMs;
  }

  /** The leg is up: from now on the peer is asked for life, unless a session timer does that. */
  begin(): void {
    this.#life.note();
    this.#isAckAwaited = false;
    this.#changes?.acked();
    if (!this.#timer?.isRunning) this.#life.start();
  }

  /** Agrees on the session timer that the peer's INVITE proposes; lines of our 2xx. */
  acceptTimer(invite: SipRequest): HeaderLine[] {
    const isAsked = invite.headers.has('Session-Expires') || knowsTimers(invite);
    return isAsked ? this.#makeTimer().accept(invite) : [];
  }

  /** Takes the session timer that the peer's 2xx grants. */
  agreeTimer(response: SipResponse): void {
    if (response.headers.has('Session-Expires')) this.#makeTimer().agree(response);
  }

  /** An event of the other leg that concerns an answered one. */
  hear(event: LegEvent): void {
    if (this.#isEnded) return;
    switch (event.type) {
      case 'modify':
        return this.#makeChanges().modify(event);
      case 'modified':
        return this.#makeChanges().modified(event);
      case 'modifyCancel':
        return this.#makeChanges().modifyCancel(event);
      case 'ack':
        return this.#makeChanges().ack(event);
      case 'info':
        return this.#makeInfo().send(event);
      case 'infoDone':
        return this.#info?.done(event);
      case 'refer':
        return this.#makeTransfers().send(event);
      case 'notify':
        return this.#transfers?.notify(event);
      default:
        // What concerns the set-up came too late.
        return undefined;
    }
  }

  /** Ends it with BYE; `done` when the peer answered, or will not. */
  hangUp(event: HangupEvent, done: () => void): void {
    if (this.#isEnded) return done();
    const isBusy = this.#changes?.isBusy ?? false;
    this.#finish();
    const { dialog, digest } = this;
    const content = { headers: reasonLines(event) };
    const user = { onFinal: done, onFailed: done };
    // The BYE may have to wait for an ACK; what the peer asks meanwhile changes nothing any more.
    dialog.user = { onRequest: refuseEnded, onInvite: refuseEnded, onBye: done };
    // A challenged BYE has to be repeated, and sendBye has no second try; but only sendBye
    // settles what is still open in the dialog.
    if (digest === undefined || isBusy) {
      dialog.sendBye(content, user);
      return;
    }
    const forget = (): void => {
      dialog.forget();
      done();
    };
    sendInDialog(dialog, { method: 'BYE', content, digest }, { onFinal: forget, onFailed: forget });
  }

  /** @internal */
  onInvite(invite: IncomingInvite): void {
    this.#life.note();
    this.#change(invite);
  }

  /** @internal */
  onRequest(request: IncomingRequest): void {
    this.#life.note();
    // RFC 3261 §8.2.2.3; an UPDATE is checked for more.
    const no = request.method === 'UPDATE' ? undefined : checkExtensions(request.request);
    if (no !== undefined) {
      const { status, ...options } = refusalAnswer(no.refusal, ...no.headers);
      return request.respond(status, options);
    }
    switch (request.method) {
      case 'UPDATE':
        return this.#change(request);
      case 'INFO':
        return this.#makeInfo().receive(request);
      case 'OPTIONS':
        return request.respond(200, { headers: [nodeAllow] });
      case 'REFER':
        return this.#makeTransfers().receive(request);
      case 'NOTIFY':
        if (this.#transfers?.receiveNotify(request) === true) return undefined;
        return request.respond(481);
      case 'PRACK':
        // No provisional answer waits.
        return request.respond(481);
      default:
        return request.respond(405, { headers: [allowTowards(undefined)] });
    }
  }

  /** @internal */
  onBye(bye: SipRequest): void {
    this.#finish();
    this.#owner.onSessionEnded(hangupOf(bye, this.peer, 'hangup', 16));
  }

  #change(request: IncomingInvite | IncomingRequest): void {
    const { settings } = this.host;
    const no = checkSessionRequest(request.request, settings.minSessionExpires / 1_000);
    if (no === undefined) {
      this.#makeChanges().receive(request);
      return;
    }
    const { status, ...options } = refusalAnswer(no.refusal, ...no.headers);
    request.respond(status, options);
  }

  /** @internal */
  tell(event: LegEvent): void {
    this.#owner.tell(event);
  }

  /** @internal */
  heard(): void {
    this.#life.note();
  }

  /** @internal */
  onRefreshDue(): void {
    this.#makeChanges().refresh();
  }

  /** @internal */
  onExpired(): void {
    this.dead('session-expired');
  }

  /** @internal */
  dead(why: DeadReason): void {
    if (this.#isEnded) return;
    const { host, dialog, peer } = this;
    host.counters.count('deadCalls', why);
    const q850 = why === 'unknown-to-peer' ? 41 : 102;
    const hangup: HangupEvent = {
      type: 'hangup',
      by: 'engine',
      reason: why,
      q850,
      reasonHeaders: [],
      agoMs: this.silentMs,
    };
    if (why === 'unknown-to-peer') {
      this.#finish();
      dialog.forget();
      this.#owner.onSessionEnded(hangup);
      return;
    }
    host.log.info('a call was found dead', { why, callId: dialog.callId, peer });
    this.hangUp(hangup, () => undefined);
    this.#owner.onSessionEnded(hangup);
  }

  #makeTimer(): SessionTimer {
    return (this.#timer ??= new SessionTimer(this.host, this));
  }

  #makeInfo(): InfoExchange {
    return (this.#info ??= new InfoExchange(this));
  }

  #makeTransfers(): TransferExchange {
    return (this.#transfers ??= new TransferExchange(this));
  }

  #makeChanges(): ModifyMachine {
    if (this.#changes === undefined) {
      this.#changes = new ModifyMachine(this, this.#makeTimer());
      this.#changes.isAckAwaited = this.#isAckAwaited;
    }
    return this.#changes;
  }

  #finish(): void {
    this.#isEnded = true;
    this.#life.stop();
    this.#timer?.stop();
    this.#changes?.end();
    this.#info?.end();
    this.#transfers?.end();
  }
}

function refuseEnded(request: IncomingRequest | IncomingInvite): void {
  request.respond(481);
}
