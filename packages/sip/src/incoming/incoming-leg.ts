import type { AnsweredEvent, Body, HangupEvent, Leg, LegEvent, LegState } from '@tandem/messages';
import type {
  Dialog,
  HeaderLine,
  IncomingInvite,
  IncomingInviteUser,
  IncomingRequest,
  SipRequest,
} from '@tandem/sip-stack';
import { allowTowards, legSupported } from '../capabilities.ts';
import { bodyHeaders, readBody, toSipBody } from '../headers/body-parts.ts';
import { hangupOf } from '../headers/reason-lines.ts';
import { EventOutlet, type OutletOwner } from '../leg/event-outlet.ts';
import type { LegHost } from '../leg/leg-host.ts';
import { ConfirmedSession, type SessionOwner } from '../session/confirmed-session.ts';
import { EarlyExchange } from '../session/early-exchange.ts';
import { SessionMedia } from '../session/session-media.ts';
import { answerOfFailure, answerOfHangup, type FinalAnswer } from './final-answer.ts';
import { ProgressSender } from './progress-sender.ts';

/** What is known of a call when its leg is made. */
export interface IncomingLegParts {
  readonly id: string;
  readonly host: LegHost;
  readonly invite: IncomingInvite;
  /** Where it came from, behind trusted proxies. */
  readonly address: string;
  /** The caller sits behind NAT: requests of ours go where his came from. */
  readonly isFlowBound: boolean;
  /** What the INVITE brought. */
  readonly offer: Body | undefined;
  /** A fresh challenge, for a 401 that routing asks for. */
  challenge(): readonly HeaderLine[];
}

interface SetUp {
  readonly invite: IncomingInvite;
  readonly progress: ProgressSender;
  readonly early: EarlyExchange;
  challenge(): readonly HeaderLine[];
}

/**
 * The caller's side of a call by SIP: RFC 3261 §13.3 (server of an INVITE), §15 (its end).
 *
 *                 progress              answered          ACK (§13.2.2.4)
 *   received ───────────────> early ──────────────> answered ───────> up
 *      │  └──────────answered───┼───────────────────────^  │           │
 *      │                        │                          │ BYE       │ BYE, hangup
 *      │ failed, hangup: one final answer (§13.3.1.3)      │ no ACK    v
 *      │ CANCEL: 487 (§9.2)     │                          └───> leaving: BYE is out (§15.1.1)
 *      v                        v                                     │ its answer
 *     gone <──────────────────────────────────────────────────────────┘
 */
export class IncomingLeg implements Leg, IncomingInviteUser, SessionOwner, OutletOwner {
  readonly id: string;
  readonly driver = 'sip';
  readonly direction = 'incoming';
  readonly address: string;
  readonly callId: string;
  readonly userAgent: string | undefined;
  readonly #host: LegHost;
  readonly #outlet = new EventOutlet(this);
  readonly #media = new SessionMedia();
  /** What only the set-up needs; it holds the INVITE, which is not kept for the call's life. */
  #setUp: SetUp | undefined;
  #session: ConfirmedSession | undefined;
  #heldAnswer: AnsweredEvent | undefined;
  #state: LegState = 'received';

  constructor(parts: IncomingLegParts, callId: string, userAgent: string | undefined) {
    const { host, invite } = parts;
    this.id = parts.id;
    this.address = parts.address;
    this.callId = callId;
    this.userAgent = userAgent;
    this.#host = host;
    this.#media.received = parts.offer;
    const early = this.#makeEarly(invite.request, () => progress);
    const progress: ProgressSender = new ProgressSender({
      host,
      invite,
      isFlowBound: parts.isFlowBound,
      dialogUser: early,
      tell: (event) => this.tell(event),
      onAgreed: (dialog, received, sent) => this.#onAgreed(progress, dialog, received, sent),
    });
    this.#setUp = { invite, progress, early, challenge: () => parts.challenge() };
    invite.user = this;
    host.legs.add(this);
  }

  get state(): LegState {
    return this.#state;
  }

  attach(listener: (event: LegEvent) => void): void {
    this.#outlet.attach(listener);
  }

  send(event: LegEvent): void {
    this.#outlet.whileHearing(() => this.#hear(event));
  }

  /** @internal The caller gave up. */
  onCancel(cancel: SipRequest): void {
    this.#finish({ status: 487, headers: [] });
    this.tell(hangupOf(cancel, 'caller', 'cancelled', 16));
    this.#gone();
  }

  /** @internal */
  onAck(ack: SipRequest): void {
    if (this.#state !== 'answered') return;
    this.#state = 'up';
    if (this.#media.received === undefined) {
      const answer = readBody(ack);
      this.#media.received = answer;
      this.tell({ type: 'ack', body: answer });
    }
    this.#session?.begin();
  }

  /** @internal 64·T1 without ACK: both sides end (RFC 3261 §13.3.1.4). */
  onAckMissing(): void {
    if (this.#state !== 'answered') return;
    this.#host.counters.count('missingAcks');
    const hangup: HangupEvent = {
      type: 'hangup',
      by: 'engine',
      reason: 'noack',
      q850: 102,
      reasonHeaders: [],
    };
    this.#leave(hangup);
    this.tell(hangup);
  }

  /** @internal */
  onPrack(prack: IncomingRequest, dialog: Dialog): void {
    if (this.#setUp === undefined) {
      // It crossed our 200. Nobody waits for it; an offer in it has nobody to answer it.
      prack.respond(prack.request.body === '' ? 200 : 488);
      return;
    }
    this.#setUp.progress.receivePrack(prack, dialog);
    this.#releaseAnswer();
  }

  #onAgreed(
    progress: ProgressSender,
    dialog: Dialog,
    received: Body | undefined,
    sent: Body | undefined,
  ): void {
    if (received !== undefined) this.#media.received = received;
    if (sent !== undefined) progress.noteBody(dialog, sent);
  }

  /** @internal */
  onPrackMissing(): void {
    const reason = 'noprack';
    this.#finish({ status: 504, headers: [] });
    this.tell({ type: 'hangup', by: 'engine', reason, q850: 102, reasonHeaders: [] });
    this.#gone();
  }

  /** @internal The caller cannot be reached: before the answer that is a hang-up. */
  onTransportError(): void {
    if (this.#state !== 'received' && this.#state !== 'early') return;
    this.#finish({ status: 480, headers: [] });
    const reason = 'transport';
    this.tell({ type: 'hangup', by: 'caller', reason, q850: 27, reasonHeaders: [] });
    this.#gone();
  }

  #hear(event: LegEvent): void {
    const isOpen = this.#state === 'received' || this.#state === 'early';
    switch (event.type) {
      case 'progress':
        if (!isOpen || this.#heldAnswer !== undefined) return;
        this.#state = 'early';
        this.#setUp?.progress.send(event);
        return;
      case 'answered':
        if (isOpen) this.#answer(event);
        return;
      case 'failed':
        if (isOpen) this.#fail(answerOfFailure(event, this.#challengeFor(event.status)));
        return;
      case 'hangup':
        if (isOpen) this.#fail(answerOfHangup(event));
        else if (this.#state === 'answered' || this.#state === 'up') this.#leave(event);
        return;
      case 'pracked':
        this.#setUp?.progress.pracked(event);
        this.#releaseAnswer();
        return;
      default:
        if (isOpen) this.#setUp?.early.hear(event);
        else this.#session?.hear(event);
    }
  }

  #answer(event: AnsweredEvent): void {
    const setUp = this.#setUp;
    if (setUp === undefined) return;
    const { invite, progress, early } = setUp;
    if (progress.isBodyOpen(event.dialog)) {
      this.#heldAnswer ??= event;
      return;
    }
    early.end();
    progress.end();
    const dialog = progress.dialogFor(event.dialog, event.body);
    this.#media.sent = event.body ?? progress.bodyOf(dialog);
    const session = this.#openSession(dialog, invite.request);
    const headers = [
      allowTowards(event.allow),
      legSupported,
      ...session.acceptTimer(invite.request),
      ...bodyHeaders(event.body),
      ...(event.headers ?? []),
    ];
    this.#setUp = undefined;
    this.#state = 'answered';
    invite.respond(200, { dialog, headers, ...toSipBody(event.body) });
  }

  #openSession(dialog: Dialog, request: SipRequest): ConfirmedSession {
    const session = new ConfirmedSession(
      {
        isAckAwaited: true,
        host: this.#host,
        dialog,
        media: this.#media,
        peer: 'caller',
        digest: undefined,
        isUpdateAllowed: request.list('Allow').includes('UPDATE'),
      },
      this,
    );
    this.#session = session;
    return session;
  }

  #makeEarly(request: SipRequest, progress: () => ProgressSender): EarlyExchange {
    const isUpdateAllowed = request.list('Allow').includes('UPDATE');
    return new EarlyExchange({
      host: this.#host,
      digest: undefined,
      tell: (event) => this.tell(event),
      nameOf: (dialog) => progress().nameOf(dialog),
      find: (name) => progress().find(name),
      isSettled: (dialog) => progress().isSettled(dialog),
      isUpdateAllowed: () => isUpdateAllowed,
      onAgreed: (dialog, received, sent) => this.#onAgreed(progress(), dialog, received, sent),
      onEarlyBye: (bye) => this.#onEarlyBye(bye),
    });
  }

  // RFC 3261 §15: a caller may end an early dialog with BYE; the stack has answered both.
  #onEarlyBye(bye: SipRequest): void {
    this.#finish({ status: 487, headers: [] });
    this.tell(hangupOf(bye, 'caller', 'cancelled', 16));
    this.#gone();
  }

  #releaseAnswer(): void {
    const held = this.#heldAnswer;
    if (held === undefined || this.#setUp?.progress.isBodyOpen(held.dialog)) return;
    this.#heldAnswer = undefined;
    this.#answer(held);
  }

  #fail(answer: FinalAnswer): void {
    this.#finish(answer);
    this.#gone();
  }

  #finish({ status, headers }: FinalAnswer): void {
    const setUp = this.#setUp;
    this.#setUp = undefined;
    setUp?.early.end();
    setUp?.progress.end();
    if (setUp?.invite.isAnswered === false) setUp.invite.respond(status, { headers });
  }

  #leave(event: HangupEvent): void {
    this.#state = 'leaving';
    this.#session?.hangUp(event, () => this.#gone());
  }

  #challengeFor(status: number): readonly HeaderLine[] {
    const isChallenge = status === 401 || status === 407;
    return isChallenge ? (this.#setUp?.challenge() ?? []) : [];
  }

  /** @internal Tells the switch. */
  tell(event: LegEvent): void {
    this.#outlet.tell(event);
  }

  /** @internal */
  onSessionEnded(hangup: HangupEvent): void {
    this.tell(hangup);
    this.#gone();
  }

  #gone(): void {
    if (this.#state === 'gone') return;
    this.#state = 'gone';
    this.tell({ type: 'gone', lastHeardAgoMs: this.#session?.silentMs });
    this.#host.legs.remove(this);
  }

  /** @internal What listened to it threw. */
  onFault(fault: unknown): void {
    this.#host.counters.count('faults');
    this.#host.log.error('a leg failed', { leg: this.id, fault: String(fault) });
  }
}
