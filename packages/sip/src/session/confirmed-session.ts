import type { HangupEvent, LegEvent } from '@tandem/messages';
import type { DialogUser, IncomingInvite, IncomingRequest, SipRequest } from '@tandem/sip-stack';
import { allowTowards, nodeAllow } from '../capabilities.ts';
import { hangupOf, reasonLines } from '../headers/reason-lines.ts';
import { refusalAnswer } from '../headers/refusal-answer.ts';
import { InfoExchange } from '../modify/info-exchange.ts';
import { ModifyMachine } from '../modify/modify-machine.ts';
import { checkSessionRequest } from '../requests/session-request-checks.ts';
import { sendInDialog } from './in-dialog-request.ts';
import { ProofOfLife } from './proof-of-life.ts';
import type { DeadReason, SessionLink } from './session-link.ts';
import { SessionTimer } from './session-timer.ts';

/** What a leg hands over with its answered dialog. */
export type SessionParts = Omit<SessionLink, 'heard' | 'dead'> & {
  /** The leg is to end: the peer hung up, or is dead. Told once. */
  onEnded(hangup: HangupEvent): void;
};

/**
 * One leg from its 2xx to its BYE (RFC 3261 §12, §14, §15): hears the peer's requests, carries
 * those of the other leg to it, and ends it from either side.
 */
export class ConfirmedSession implements DialogUser {
  readonly timer: SessionTimer;
  readonly changes: ModifyMachine;
  readonly #parts: SessionParts;
  readonly #link: SessionLink;
  readonly #life: ProofOfLife;
  readonly #info: InfoExchange;
  #isEnded = false;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#link = {
      ...parts,
      tell: (event) => parts.tell(event),
      heard: () => this.#life.note(),
      dead: (why) => this.#dieOf(why),
    };
    this.timer = new SessionTimer(parts.host, {
      onRefreshDue: () => this.changes.refresh(),
      onExpired: () => this.#dieOf('session-expired'),
    });
    this.changes = new ModifyMachine(this.#link, this.timer);
    this.#life = new ProofOfLife(this.#link);
    this.#info = new InfoExchange(this.#link);
    parts.dialog.user = this;
  }

  /** How long ago the peer proved that it lives, ms. */
  get silentMs(): number {
    return this.#life.silentMs;
  }

  /** The leg is up: from now on the peer is asked for life, unless a session timer does that. */
  begin(): void {
    this.#life.note();
    this.changes.acked();
    if (!this.timer.isRunning) this.#life.start();
  }

  /** An event of the other leg that concerns an answered one. */
  hear(event: LegEvent): void {
    if (this.#isEnded) return;
    switch (event.type) {
      case 'modify':
        return this.changes.modify(event);
      case 'modified':
        return this.changes.modified(event);
      case 'modifyCancel':
        return this.changes.modifyCancel(event);
      case 'ack':
        return this.changes.ack(event);
      case 'info':
        return this.#info.send(event);
      case 'infoDone':
        return this.#info.done(event);
      default:
        // What concerns the set-up came too late.
        return undefined;
    }
  }

  /** Ends it with BYE; `done` when the peer answered, or will not. */
  hangUp(event: HangupEvent, done: () => void): void {
    if (this.#isEnded) return done();
    const isBusy = this.changes.isBusy;
    this.#finish();
    const { dialog, digest } = this.#parts;
    const content = { headers: reasonLines(event) };
    const user = { onFinal: done, onFailed: done };
    // A challenged BYE has to be repeated, and sendBye has no second try; but only sendBye
    // settles what is still open in the dialog.
    if (digest === undefined || isBusy) {
      dialog.sendBye(content, user);
      return;
    }
    dialog.user = { onRequest: refuseEnded, onInvite: refuseEnded, onBye: done };
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
    switch (request.method) {
      case 'UPDATE':
        return this.#change(request);
      case 'INFO':
        return this.#info.receive(request);
      case 'OPTIONS':
        return request.respond(200, { headers: [nodeAllow] });
      case 'NOTIFY':
      case 'PRACK':
        // No subscription of ours, no provisional answer that waits.
        return request.respond(481);
      default:
        return request.respond(405, { headers: [allowTowards(undefined)] });
    }
  }

  /** @internal */
  onBye(bye: SipRequest): void {
    this.#finish();
    this.#parts.onEnded(hangupOf(bye, this.#parts.peer, 'hangup', 16));
  }

  #change(request: IncomingInvite | IncomingRequest): void {
    const { settings } = this.#parts.host;
    const no = checkSessionRequest(request.request, settings.minSessionExpires / 1_000);
    if (no === undefined) {
      this.changes.receive(request);
      return;
    }
    const { status, ...options } = refusalAnswer(no.refusal, ...no.headers);
    request.respond(status, options);
  }

  #dieOf(why: DeadReason): void {
    if (this.#isEnded) return;
    const { host, dialog, peer } = this.#parts;
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
      this.#parts.onEnded(hangup);
      return;
    }
    host.log.info('a call was found dead', { why, callId: dialog.callId, peer });
    this.hangUp(hangup, () => undefined);
    this.#parts.onEnded(hangup);
  }

  #finish(): void {
    this.#isEnded = true;
    this.#life.stop();
    this.timer.stop();
    this.changes.end();
    this.#info.end();
  }
}

function refuseEnded(request: IncomingRequest | IncomingInvite): void {
  request.respond(481);
}
