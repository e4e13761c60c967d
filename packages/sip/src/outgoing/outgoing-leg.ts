import type {
  AckEvent,
  Body,
  HangupEvent,
  Leg,
  LegEvent,
  LegState,
  PrackEvent,
} from '@tandem/messages';
import type {
  Dialog,
  DigestClient,
  OutgoingInvite,
  RequestFailure,
  SipResponse,
} from '@tandem/sip-stack';
import { readBody } from '../headers/body-parts.ts';
import { reasonLines } from '../headers/reason-lines.ts';
import { isCalleeBehindNat } from '../requests/behind-nat.ts';
import { EventOutlet, type OutletOwner } from '../leg/event-outlet.ts';
import type { LegHost } from '../leg/leg-host.ts';
import { EarlyExchange } from '../session/early-exchange.ts';
import { ConfirmedSession, type SessionOwner } from '../session/confirmed-session.ts';
import { SessionMedia } from '../session/session-media.ts';
import { failedAnswer, failedSilence } from './failed-answer.ts';
import { FarDialogs } from './far-dialogs.ts';
import {
  InviteAttempt,
  type InviteAttemptOptions,
  type InviteAttemptUser,
} from './invite-attempt.ts';
import { LateOffer } from './late-offer.ts';
import { isRinging, type LegPhase, shownState } from './leg-phase.ts';
import { answeredEvent, dialogName, progressEvent } from './progress-event.ts';

/** What a leg is made of. */
export interface OutgoingLegParts {
  readonly id: string;
  readonly host: LegHost;
  /** The peer, as lists show it. */
  readonly address: string;
  readonly invite: InviteAttemptOptions;
  readonly digest: DigestClient | undefined;
  /** Keys of headers that cross from this peer beside those that always do. */
  readonly furtherKeys: readonly string[];
  readonly isFlowBound: boolean;
  /** The caller acknowledges provisional answers himself; else we do. */
  readonly isPrackEndToEnd: boolean;
  readonly offer: Body | undefined;
}

interface SetUp {
  readonly attempt: InviteAttempt;
  readonly far: FarDialogs;
  readonly early: EarlyExchange;
  readonly isFlowBound: boolean;
  readonly isPrackEndToEnd: boolean;
}

/**
 * A called party's side of a call by SIP: RFC 3261 §13.2 (client of an INVITE), §9.1, §15.
 *
 *             100          101–199           2xx, ACK (§13.2.2.4)
 *   calling ───────> trying ───────> early ───────────────────────> up
 *      │ hangup        │ hangup        │   └─2xx with offer─> answered ─ack─┘ │
 *      │               v               v                                      │ BYE, hangup
 *      v            cancelling: CANCEL is out, the final answer owed          v
 *   abandoned ─1xx──────^   │ 2xx: ACK and BYE, a late answer ────────────> leaving
 *      │ no CANCEL before   │ 3xx–6xx, silence                              │ its answer
 *      │ a 1xx (§9.1)       v                                               │
 *      └──────────────────> gone <──────────────────────────────────────────┘
 *
 * A leg given up is never forgotten: it lives until the peer's final answer or 64·T1.
 */
export class OutgoingLeg implements Leg, InviteAttemptUser, SessionOwner, OutletOwner {
  readonly id: string;
  readonly driver = 'sip';
  readonly direction = 'outgoing';
  readonly address: string;
  readonly callId: string;
  readonly #host: LegHost;
  readonly #outlet = new EventOutlet(this);
  readonly #digest: DigestClient | undefined;
  readonly #furtherKeys: readonly string[];
  readonly #media = new SessionMedia();
  /** The dialog of the answer, where the caller's PRACK comes behind it (RFC 3262 §3). */
  #prackOwed: FarDialogs | undefined;
  /** What only the set-up needs; it holds the INVITE, which is not kept for the call's life. */
  #setUp: SetUp | undefined;
  #phase: LegPhase = 'calling';
  #session: ConfirmedSession | undefined;
  #isLateAnswer = false;
  #farewell: HangupEvent | undefined;
  #lateOffer: LateOffer | undefined;
  #hasTold = false;
  userAgent: string | undefined;

  constructor(parts: OutgoingLegParts) {
    const { host, digest } = parts;
    this.#host = host;
    this.id = parts.id;
    this.address = parts.address;
    this.#digest = digest;
    this.#furtherKeys = parts.furtherKeys;
    this.#media.sent = parts.offer;
    const early = this.#makeEarly(() => far);
    const far: FarDialogs = new FarDialogs(
      (event) => this.tell(event),
      digest,
      early,
      (sent, received) => this.#onPracked(sent, received),
    );
    const attempt = new InviteAttempt(host, parts.invite, digest, this);
    const { isFlowBound, isPrackEndToEnd } = parts;
    this.#setUp = { attempt, far, early, isFlowBound, isPrackEndToEnd };
    this.callId = attempt.callId;
    host.legs.add(this);
  }

  get state(): LegState {
    return shownState(this.#phase);
  }

  attach(listener: (event: LegEvent) => void): void {
    this.#outlet.attach(listener);
  }

  send(event: LegEvent): void {
    this.#outlet.whileHearing(() => this.#hear(event));
  }

  /** @internal */
  onTrying(response: SipResponse): void {
    if (this.#phase === 'abandoned') this.#phase = 'cancelling';
    if (this.#phase === 'calling') this.#phase = 'trying';
    this.#tellTrying();
    if (response.status > 100 && this.#isRinging) this.#tellProgress(response, null, false);
  }

  /** @internal Who asks for a password is there; whether it says any more, is waited for anew. */
  onRepeated(): void {
    if (!this.#isRinging) return;
    if (this.#phase === 'trying') this.#phase = 'calling';
    this.#hasTold = false;
    this.tell({ type: 'trying', isAskedAnew: true });
  }

  /** @internal */
  onProvisional(response: SipResponse, dialog: Dialog): void {
    if (this.#phase === 'abandoned') this.#phase = 'cancelling';
    const setUp = this.#setUp;
    if (setUp === undefined || !this.#isRinging) return;
    dialog.isFlowBound ||= setUp.isFlowBound;
    this.#tellTrying();
    const name = dialogName(dialog);
    if (response.status === 199) {
      setUp.far.close(name);
      if (this.#phase === 'early') this.#tellProgress(response, name, false);
      return;
    }
    const standing = setUp.far.note(response, dialog);
    if (standing === 'dropped') return;
    this.#phase = 'early';
    const isRelayed = standing === 'reliable' && setUp.isPrackEndToEnd;
    if (standing === 'reliable' && !isRelayed) {
      setUp.far.acknowledge({ dialog: name, body: undefined }, false);
    }
    this.#tellProgress(response, name, isRelayed);
  }

  /** @internal */
  onAnswered(response: SipResponse, dialog: Dialog): void {
    const name = dialogName(dialog);
    const before = this.#setUp?.far.descriptionIn(name);
    const setUp = this.#endSetUp(response, name);
    if (setUp === undefined) return;
    const { invite } = setUp.attempt;
    dialog.isFlowBound ||= setUp.isFlowBound || this.#isBehindNat(response, dialog);
    if (!this.#isRinging) {
      this.#answeredLate(invite, dialog);
      return;
    }
    const body = readBody(response);
    const isLate = this.#media.sent === undefined && body !== undefined;
    this.#media.received = body ?? before;
    if (setUp.far.isPrackOwed(name)) this.#prackOwed = setUp.far;
    const session = this.#openSession(dialog, response, isLate);
    session.agreeTimer(response);
    if (isLate) {
      this.#phase = 'answered';
      this.#lateOffer = new LateOffer(invite, this.#host.wheel, () => this.#offerUnanswered());
    } else {
      invite.ack();
      this.#phase = 'up';
      session.begin();
    }
    this.tell(answeredEvent(response, body, name, isLate, this.#crossingKeys));
  }

  /** @internal */
  onRefused(response: SipResponse): void {
    this.#endSetUp(response);
    if (this.#isRinging) this.tell(failedAnswer(response));
    this.#gone();
  }

  /** @internal */
  onFailed(failure: RequestFailure): void {
    this.#endSetUp(undefined);
    if (this.#isRinging) this.tell(failedSilence(failure));
    this.#gone();
  }

  get #crossingKeys(): ReadonlySet<string> {
    const { crossingKeys } = this.#host;
    const further = this.#furtherKeys;
    return further.length === 0 ? crossingKeys : new Set([...crossingKeys, ...further]);
  }

  get #isRinging(): boolean {
    return isRinging(this.#phase);
  }

  #hear(event: LegEvent): void {
    switch (event.type) {
      case 'hangup':
        return this.#hangUp(event);
      case 'prack':
        return this.#prack(event);
      case 'ack':
        if (event.modifyId === undefined) this.#acknowledge(event);
        else this.#session?.hear(event);
        return undefined;
      default:
        if (this.#isRinging) this.#setUp?.early.hear(event);
        else this.#session?.hear(event);
        return undefined;
    }
  }

  #prack(event: PrackEvent): void {
    const far = this.#setUp?.far ?? this.#prackOwed;
    this.#prackOwed = undefined;
    if (far !== undefined) return far.acknowledge(event, true);
    // Its dialog is over, which is no fault of the caller's; an offer in it has nobody to answer it.
    const status = event.body === undefined ? 200 : 481;
    return this.tell({ type: 'pracked', dialog: event.dialog, status });
  }

  #onPracked(sent: Body, received: Body | undefined): void {
    this.#media.sent = sent;
    if (this.#session !== undefined && received !== undefined) this.#media.received = received;
  }

  #hangUp(event: HangupEvent): void {
    if (this.#isRinging) {
      this.#farewell = event;
      // Before any 1xx there may be no CANCEL: the stack sends it as soon as there may be one.
      this.#phase = this.#phase === 'calling' ? 'abandoned' : 'cancelling';
      this.#setUp?.attempt.cancel(reasonLines(event));
    } else if (this.#phase === 'up' || this.#phase === 'answered') {
      this.#acknowledge({ type: 'ack' });
      this.#phase = 'leaving';
      this.#session?.hangUp(event, () => this.#gone());
    }
  }

  #acknowledge(event: AckEvent): void {
    if (this.#lateOffer?.acknowledge(event.body) !== true) return;
    this.#media.sent = event.body;
    this.#phase = 'up';
    this.#session?.begin();
  }

  #offerUnanswered(): void {
    const hangup: HangupEvent = {
      type: 'hangup',
      by: 'engine',
      reason: 'no-answer-to-offer',
      q850: 102,
      reasonHeaders: [],
    };
    this.#hangUp(hangup);
    this.tell(hangup);
  }

  // Nobody pays for it: the caller had been told otherwise before it came.
  #answeredLate(invite: OutgoingInvite, dialog: Dialog): void {
    this.#isLateAnswer = true;
    this.#host.counters.count('lateAnswers');
    invite.ack();
    this.#phase = 'leaving';
    const headers = this.#farewell === undefined ? [] : reasonLines(this.#farewell);
    const done = (): void => this.#gone();
    dialog.sendBye({ headers }, { onFinal: done, onFailed: done });
  }

  #openSession(dialog: Dialog, response: SipResponse, isLate: boolean): ConfirmedSession {
    this.#session = new ConfirmedSession(
      {
        host: this.#host,
        dialog,
        media: this.#media,
        peer: 'callee',
        digest: this.#digest,
        isAckAwaited: isLate,
        isUpdateAllowed: response.list('Allow').includes('UPDATE'),
      },
      this,
    );
    return this.#session;
  }

  #endSetUp(response: SipResponse | undefined, answered?: string): SetUp | undefined {
    const setUp = this.#setUp;
    this.#setUp = undefined;
    setUp?.early.end();
    setUp?.far.clear(answered);
    if (response !== undefined) this.userAgent = setUp?.attempt.peerProduct(response);
    return setUp;
  }

  #isBehindNat(response: SipResponse, { flow }: Dialog): boolean {
    return this.#host.settings.nat && flow !== undefined && isCalleeBehindNat(response, flow);
  }

  #tellTrying(): void {
    if (this.#hasTold || !this.#isRinging) return;
    this.#hasTold = true;
    this.tell({ type: 'trying' });
  }

  #tellProgress(response: SipResponse, dialog: string | null, isReliable: boolean): void {
    this.tell(progressEvent(response, dialog, isReliable, this.#crossingKeys));
  }

  #makeEarly(far: () => FarDialogs): EarlyExchange {
    return new EarlyExchange({
      host: this.#host,
      digest: this.#digest,
      tell: (event) => this.tell(event),
      nameOf: dialogName,
      find: (name) => far().find(name),
      isSettled: (dialog) => far().isSettled(dialog),
      isUpdateAllowed: (dialog) => far().isUpdateAllowed(dialog),
      onAgreed: (_dialog, _received, sent) => {
        if (sent !== undefined) this.#media.sent = sent;
      },
      onEarlyBye: () => this.#onEarlyBye(),
    });
  }

  // A callee may not end an early dialog (RFC 3261 §15); the INVITE is given up all the same.
  #onEarlyBye(): void {
    this.#host.log.debug('a called party sent BYE before its answer', { leg: this.id });
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
    if (this.#phase === 'gone') return;
    this.#phase = 'gone';
    this.#lateOffer?.end();
    this.tell({
      type: 'gone',
      isLateAnswer: this.#isLateAnswer ? true : undefined,
      lastHeardAgoMs: this.#session?.silentMs,
    });
    this.#host.legs.remove(this);
  }

  /** @internal What listened to it threw. */
  onFault(fault: unknown): void {
    this.#host.counters.count('faults');
    this.#host.log.error('a leg failed', { leg: this.id, fault: String(fault) });
  }
}
