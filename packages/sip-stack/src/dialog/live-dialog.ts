import { type TimerOwner, WheelTimer } from '@tandem/engine';

import type { LiveIncomingInvite } from '../stack/live-incoming-invite.ts';
import { LiveOutgoingRequest } from '../stack/live-outgoing-request.ts';
import type { RequestContent } from '../stack/outgoing-options.ts';
import type {
  OutgoingInvite,
  OutgoingInviteUser,
  OutgoingRequest,
  OutgoingRequestUser,
} from '../stack/outgoing-request.ts';
import type { RequestOrder } from '../stack/request-order.ts';
import type { StackCore } from '../stack/stack-core.ts';
import { transactionTimeoutMs } from '../transaction/timer-values.ts';
import type { Flow } from '../transport/flow.ts';
import { contactUri } from '../transport/listener.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import type { AnswerRepeat } from './answer-repeat.ts';
import { DialogBye } from './dialog-bye.ts';
import { DialogPath } from './dialog-path.ts';
import type { DialogSeed } from './dialog-seed.ts';
import type { Dialog, DialogState, DialogUser } from './dialog.ts';
import type { LiveOutgoingInvite } from './live-outgoing-invite.ts';
import { isTargetRefresh } from './target-refresh.ts';

/** A peer that does not know the call has ended it as well. */
const NO_SUCH_CALL = 481;

/** A request in a dialog that has ended: it is refused, and never sent. */
const NOWHERE = {
  uri: '',
  routes: [],
  from: '',
  to: '',
  maxForwards: 0,
  isWithinDialog: true,
  path: undefined,
  nextHopUri: '',
} as const;

/** The dialog and what is under way in it; see {@link Dialog}. */
export class LiveDialog implements Dialog, TimerOwner {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly isIncoming: boolean;
  readonly local: string;
  readonly remote: string;
  readonly flow: Flow;
  isFlowBound: boolean;
  user: DialogUser | undefined;
  /** An INVITE of the peer's that we have not answered for good. */
  incomingInvite: LiveIncomingInvite | undefined;
  /** One that has its 2xx, and whose last reliable 1xx the peer has yet to acknowledge. */
  prackedInvite: LiveIncomingInvite | undefined;
  /** An INVITE of ours without final answer, or with the ACK still owed. */
  outgoingInvite: LiveOutgoingInvite | undefined;
  /** Our 2xx that waits for its ACK, and what it answers. */
  #unacknowledged: AnswerRepeat | undefined;
  #unacknowledgedInvite: LiveIncomingInvite | undefined;
  /** Our BYE, once there is one. */
  #byes: DialogBye | undefined;
  #state: DialogState = 'early';
  readonly #contact: string | undefined;
  /** Let go once nothing is sent in it any more: its memory lasts for 32 s. */
  #path: DialogPath | undefined;
  #localSequence: number;
  #remoteSequence: number;
  readonly #core: StackCore;
  #lingering: WheelTimer | undefined;

  constructor(core: StackCore, seed: DialogSeed) {
    this.#core = core;
    this.callId = seed.callId;
    this.localTag = seed.localTag;
    this.remoteTag = seed.remoteTag;
    this.isIncoming = seed.isIncoming;
    this.local = seed.local;
    this.remote = seed.remote;
    this.flow = seed.flow;
    this.#contact = seed.contact;
    this.isFlowBound = seed.isFlowBound;
    this.#path = new DialogPath(seed);
    this.#localSequence = seed.localSequence;
    this.#remoteSequence = seed.remoteSequence;
    core.dialogs.add(this);
  }

  get state(): DialogState {
    return this.#state;
  }

  get remoteTarget(): string {
    return this.#path?.remoteTarget ?? '';
  }

  get routeSet(): readonly string[] {
    return this.#path?.routes ?? [];
  }

  /** Contact header value of ours, for answers that make or refresh a dialog (RFC 3261 §12.1.1). */
  get contact(): string {
    return this.#contact ?? `<${contactUri(this.flow.listener, this.localTag)}>`;
  }

  /** Whether a 2xx of ours waits for its ACK. */
  get isAckAwaited(): boolean {
    return this.#unacknowledged !== undefined;
  }

  get localSequence(): number {
    return this.#localSequence;
  }

  /** CSeq number of the peer's last request; -1 before the first. */
  get remoteSequence(): number {
    return this.#remoteSequence;
  }

  sendRequest(method: string, content: RequestContent, user: OutgoingRequestUser): OutgoingRequest {
    const order = this.makeOrder(method, this.nextSequence(), content);
    const request = new LiveOutgoingRequest(this.#core, order, user, this);
    if (this.#state !== 'ended') request.start();
    else queueMicrotask(() => request.fail('refused', 'the dialog has ended'));
    return request;
  }

  sendInvite(content: RequestContent, user: OutgoingInviteUser): OutgoingInvite {
    const order = this.makeOrder('INVITE', this.nextSequence(), content);
    const invite = this.#core.makeReinvite(order, user, this);
    if (this.#state === 'ended' || this.outgoingInvite !== undefined) {
      const message =
        this.#state === 'ended' ? 'the dialog has ended' : 'an INVITE of ours is open in it';
      queueMicrotask(() => invite.fail('refused', message));
      return invite;
    }
    this.outgoingInvite = invite;
    invite.start();
    return invite;
  }

  sendBye(content: RequestContent = {}, user?: OutgoingRequestUser): OutgoingRequest {
    const order = this.makeOrder('BYE', 0, content);
    const bye = new LiveOutgoingRequest(this.#core, order, user, this);
    (this.#byes ??= new DialogBye(this)).send(bye);
    return bye;
  }

  forget(): void {
    this.end(this.#state === 'confirmed');
  }

  /** Ends it after the peer's BYE, with a memory of it. */
  endByPeer(): void {
    this.end(true);
    this.#forgetPath();
  }

  /** Leaves nothing of it, not even the memory. */
  erase(): void {
    this.end(false);
    if (this.#lingering === undefined) return;
    this.#core.wheel.stop(this.#lingering);
    this.onTimer();
  }

  /** A 2xx has confirmed it. Ours is repeated until `acknowledge`; the peer's sets route and target. */
  confirm(): void {
    if (this.#state === 'early') this.#state = 'confirmed';
  }

  /** Our 2xx to `invite` was sent and is being repeated. */
  awaitAck(answer: AnswerRepeat, invite: LiveIncomingInvite): void {
    this.#unacknowledged?.stop();
    this.#unacknowledged = answer;
    this.#unacknowledgedInvite = invite;
  }

  /** An ACK came within the dialog; false when none is awaited with its CSeq number. */
  receiveAck(ack: SipRequest): boolean {
    const invite = this.#unacknowledgedInvite;
    if (invite === undefined || invite.request.cseq.number !== ack.cseq.number) return false;
    this.#unacknowledgedInvite = undefined;
    invite.receiveAck(ack, this);
    return true;
  }

  /** The ACK came, or will not be waited for any longer. */
  settleAck(): void {
    this.#unacknowledged?.stop();
    this.#unacknowledged = undefined;
    this.#unacknowledgedInvite = undefined;
    this.#byes?.sendOwed();
  }

  /** Notes the CSeq number of a request of the peer's; false when it comes too late (§12.2.2). */
  acceptSequence(sequence: number): boolean {
    if (sequence < this.#remoteSequence) return false;
    this.#remoteSequence = sequence;
    return true;
  }

  /** Reads an answer to an INVITE of ours: the first 2xx sets the routes, all refresh the target. */
  readAnswer(response: SipResponse, isFirst: boolean): void {
    if (isFirst) this.#path?.readRoutes(response);
    this.#path?.refreshTarget(response);
  }

  /** @internal */
  readFinalAnswer(response: SipResponse, method: string): void {
    if (response.status < 300 && isTargetRefresh(method)) this.refreshTarget(response);
    if (method === 'BYE') this.#readByeAnswer(response.status);
  }

  /** Takes the peer's new Contact (§12.2.1.2, §12.2.2). */
  refreshTarget(message: SipRequest | SipResponse): void {
    this.#path?.refreshTarget(message);
  }

  /** A request within the dialog, complete but for its flow. */
  makeOrder(method: string, sequence: number, content: RequestContent): RequestOrder {
    const path = this.#path;
    if (path !== undefined) return path.makeOrder(method, sequence, content, this.isFlowBound);
    return { ...NOWHERE, method, callId: this.callId, localTag: this.localTag, sequence };
  }

  /** The CSeq number of our next request. */
  nextSequence(): number {
    this.#localSequence++;
    return this.#localSequence;
  }

  /** @internal Nobody repeats himself any more. */
  onTimer(): void {
    this.#lingering = undefined;
    this.#byes = undefined;
    this.#core.dialogs.ended--;
    this.#core.dialogs.remove(this);
  }

  /** The peer has heard it: nothing is sent in this dialog any more, not even with credentials. */
  #readByeAnswer(status: number): void {
    if (this.#state !== 'ended' || (status >= 300 && status !== NO_SUCH_CALL)) return;
    this.#byes = undefined;
    this.#forgetPath();
  }

  /** An INVITE of ours that is open may still be answered, and must be acknowledged then. */
  #forgetPath(): void {
    if (this.outgoingInvite === undefined) this.#path = undefined;
  }

  /** Ends it; `isRemembered`: its key still answers repeats for 64·T1. */
  end(isRemembered: boolean): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.user = undefined;
    this.#unacknowledged?.stop();
    this.#unacknowledged = undefined;
    this.#unacknowledgedInvite = undefined;
    this.#byes?.giveUpOwed();
    if (!isRemembered) {
      this.#core.dialogs.remove(this);
      return;
    }
    this.#core.dialogs.ended++;
    this.#lingering = new WheelTimer(this);
    this.#core.wheel.start(this.#lingering, transactionTimeoutMs(this.#core.timers));
  }
}
