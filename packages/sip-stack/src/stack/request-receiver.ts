import type { LiveDialog } from '../dialog/live-dialog.ts';
import { mergeKey, serverKey } from '../transaction/server-key.ts';
import { transactionTimeoutMs } from '../transaction/timer-values.ts';
import type { Flow } from '../transport/flow.ts';
import { keep } from '../wire/keep.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import type { Admission, Admit, Challenge, Refusal } from './admission.ts';
import { DialogReceiver } from './dialog-receiver.ts';
import { LiveIncomingInvite } from './live-incoming-invite.ts';
import { LiveIncomingRequest, type TransactionPlace } from './live-incoming-request.ts';
import { RefusedForLoad } from './refused-for-load.ts';
import type { SipStackUser } from './sip-stack.ts';
import type { StackCore } from './stack-core.ts';
import type { StatelessAnswers } from './stateless-answers.ts';

/** What the receiver must know besides the core. */
export interface RequestReceiverOptions {
  readonly core: StackCore;
  readonly answers: StatelessAnswers;
  readonly admit: Admit | undefined;
  readonly isOverloaded: (() => boolean) | undefined;
  readonly challenge: Challenge | undefined;
  readonly tagPrefix: string;
  readonly isReinviteTried: boolean;
  readonly dialogsMax: number;
  readonly user: () => SipStackUser | undefined;
  /** A bound was reached; the operator is told. */
  readonly onBound: (what: string) => void;
}

const merged: Refusal = { status: 482, reason: 'Merged Request' };

/** What a node that has too much to do refuses when it is new; calls that run go on. */
const SHED_METHODS: ReadonlySet<string> = new Set(['INVITE', 'REGISTER', 'SUBSCRIBE']);

/** What the user may ask a password for before anything is kept of it. */
const CHALLENGED_METHODS: ReadonlySet<string> = new Set(['INVITE', 'REGISTER']);

/** Bounds of the Retry-After of our own 503, seconds: spread, so that not all come back at once. */
const RETRY_AFTER_MIN_SECONDS = 2;
const RETRY_AFTER_MAX_SECONDS = 10;

/**
 * Finds out what a request is to us, cheapest first: a repeat, an ACK, a CANCEL, a request within
 * a dialog; else news, which is admitted, given a transaction and handed to the user.
 */
export class RequestReceiver {
  readonly #options: RequestReceiverOptions;
  readonly #core: StackCore;
  readonly #answers: StatelessAnswers;
  readonly #within: DialogReceiver;
  readonly #refused: RefusedForLoad;

  constructor(options: RequestReceiverOptions) {
    this.#options = options;
    this.#core = options.core;
    this.#answers = options.answers;
    this.#within = new DialogReceiver(options.core, options.isReinviteTried);
    const { wheel, timers } = options.core;
    this.#refused = new RefusedForLoad(wheel.clock, transactionTimeoutMs(timers));
  }

  receive(request: SipRequest, flow: Flow): void {
    const { transactions, counters } = this.#core;
    const stem = serverKey(request);
    if (request.method === 'ACK') {
      this.#receiveAck(request, flow, stem);
      return;
    }
    const isInvite = request.method === 'INVITE';
    const key = isInvite ? stem : `${stem}|${request.method}`;
    const known = isInvite
      ? transactions.findInviteServer(key)
      : transactions.findRequestServer(key);
    if (known !== undefined) {
      counters.repeatsReceived++;
      known.receiveRepeat();
    } else if (request.method === 'CANCEL') {
      this.#receiveCancel(request, flow, stem);
    } else {
      this.#receiveNew(request, flow, key);
    }
  }

  #receiveAck(ack: SipRequest, flow: Flow, key: string): void {
    const { transactions, counters } = this.#core;
    if (transactions.findInviteServer(key)?.receiveAck() === true) return;
    const dialog = this.#dialogOf(ack);
    if (dialog?.receiveAck(ack) === true) return;
    if (dialog === undefined && this.#answers.isOwnAck(ack)) return;
    if (dialog === undefined && this.#isTakenAsForeign(ack, flow)) return;
    if (dialog === undefined) this.#core.guard.charge(flow.remoteAddress);
    counters.countDropped(dialog === undefined ? 'stray-ack' : 'repeated-ack');
  }

  #receiveCancel(cancel: SipRequest, flow: Flow, key: string): void {
    const transaction = this.#core.transactions.findInviteServer(key);
    if (transaction === undefined) {
      const admission = this.#admit(cancel, flow);
      if (admission !== 'drop') this.#answers.refuse(cancel, flow, { status: 481 });
      return;
    }
    const toTag = transaction.toTag ?? transaction.user?.toTag ?? this.#core.ids.makeTag();
    this.#answers.acceptCancel(cancel, flow, toTag);
    transaction.user?.onCancel(cancel);
  }

  #receiveNew(request: SipRequest, flow: Flow, key: string): void {
    const { toTag } = request;
    const dialog = this.#dialogOf(request);
    if (dialog !== undefined) {
      const place = this.#place(request, flow, key, '');
      this.#within.receive(request, flow, place, dialog);
      return;
    }
    const admission = this.#admit(request, flow);
    if (admission === 'drop') return;
    if (admission !== 'pass') {
      this.#answers.refuse(request, flow, admission);
    } else if (toTag !== undefined) {
      if (!this.#isTakenAsForeign(request, flow)) {
        this.#answers.refuse(request, flow, { status: 481 });
      }
    } else if (this.#refused.has(key)) {
      this.#refuseForLoad(request, flow, key, 'repeat');
    } else if (this.#isShed(request)) {
      this.#refuseForLoad(request, flow, key, 'overload');
    } else {
      const challenge = this.#challenge(request, flow);
      if (challenge !== undefined) this.#answers.refuse(request, flow, challenge);
      else this.#receiveOutside(request, flow, key);
    }
  }

  #challenge(request: SipRequest, flow: Flow): Refusal | undefined {
    const { challenge } = this.#options;
    if (challenge === undefined || !CHALLENGED_METHODS.has(request.method)) return undefined;
    let refusal: Refusal | undefined;
    this.#core.tell(() => {
      refusal = challenge(request, flow);
    });
    return refusal;
  }

  #isShed(request: SipRequest): boolean {
    const { isOverloaded } = this.#options;
    if (isOverloaded === undefined || !SHED_METHODS.has(request.method)) return false;
    let isShed = false;
    this.#core.tell(() => {
      isShed = isOverloaded();
    });
    return isShed;
  }

  #refuseForLoad(request: SipRequest, flow: Flow, key: string, reason: string): void {
    this.#refused.add(keep(key));
    const spread = RETRY_AFTER_MAX_SECONDS - RETRY_AFTER_MIN_SECONDS + 1;
    const seconds = RETRY_AFTER_MIN_SECONDS + this.#core.ids.randomBelow(spread);
    this.#core.counters.countRefused(reason);
    this.#answers.refuse(request, flow, {
      status: 503,
      headers: [['Retry-After', String(seconds)]],
    });
  }

  #receiveOutside(request: SipRequest, flow: Flow, key: string): void {
    const { transactions, dialogs } = this.#core;
    const { dialogsMax, onBound } = this.#options;
    const merge = mergeKey(request);
    const rivalry = this.#rivalry(request, merge);
    if (rivalry !== undefined) {
      this.#answers.refuse(request, flow, rivalry);
      return;
    }
    const user = this.#options.user();
    const isInvite = request.method === 'INVITE';
    const isTight = transactions.isFull || transactions.isSwamped;
    const isFull = isTight || (isInvite && dialogs.live >= dialogsMax);
    if (isFull) onBound(isTight ? 'transactions' : 'dialogs');
    if (isFull || user === undefined || !this.#core.isOpen) {
      this.#refuseForLoad(request, flow, key, isFull ? 'full' : 'not-ready');
      return;
    }
    const place = this.#place(request, flow, key, merge);
    if (isInvite) {
      const invite = new LiveIncomingInvite(this.#core, request, flow, place, undefined);
      invite.sendTrying();
      this.#handOver(invite, () => user.onInvite(invite));
    } else {
      const incoming = new LiveIncomingRequest(this.#core, request, flow, place, undefined);
      this.#handOver(incoming, () => user.onRequest(incoming));
    }
  }

  // Joined of slices, a key would hold the whole datagram for as long as the transaction lives.
  #place(request: SipRequest, flow: Flow, key: string, merge: string): TransactionPlace {
    const answerFlow = this.#answers.wayBack(request, flow);
    return { key: keep(key), mergeKey: keep(merge), answerFlow };
  }

  // A copy that came by another way is refused (§8.2.2.2); the next try of a call must wait until
  // the one before is answered.
  #rivalry(request: SipRequest, merge: string): Refusal | undefined {
    const rival = this.#core.transactions.findRival(merge);
    if (rival === undefined) return undefined;
    if (!('sequence' in rival) || request.cseq.number <= rival.sequence) return merged;
    if (rival.state !== 'proceeding') return undefined;
    return { status: 500, headers: [['Retry-After', String(this.#core.ids.randomBelow(11))]] };
  }

  // A fault of the user's is answered 500; nothing of it leaves the house.
  #handOver(incoming: LiveIncomingInvite | LiveIncomingRequest, call: () => unknown): void {
    this.#core.tell(call, () => {
      if (!incoming.isAnswered) incoming.respond(500);
    });
  }

  #dialogOf(request: SipRequest): LiveDialog | undefined {
    const { toTag } = request;
    if (toTag === undefined) return undefined;
    return this.#core.dialogs.find(request.callId, toTag, request.fromTag ?? '');
  }

  #isTakenAsForeign(request: SipRequest, flow: Flow): boolean {
    const user = this.#options.user();
    if (user?.onForeignRequest === undefined) return false;
    if (request.toTag?.startsWith(this.#options.tagPrefix) !== false) return false;
    let isTaken = false;
    this.#core.tell(() => {
      isTaken = user.onForeignRequest?.(request, flow) === true;
    });
    return isTaken;
  }

  #admit(request: SipRequest, flow: Flow): Admission {
    const { guard, counters } = this.#core;
    if (!guard.charge(flow.remoteAddress)) {
      counters.countDropped('rate-limited');
      return 'drop';
    }
    const { admit } = this.#options;
    if (admit === undefined) return 'pass';
    let admission: Admission = 'drop';
    this.#core.tell(() => {
      admission = admit(request, flow);
    });
    if (admission === 'drop') counters.countDropped('admission');
    return admission;
  }
}
