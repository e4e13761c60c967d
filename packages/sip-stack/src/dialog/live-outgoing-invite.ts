import { busyForMs, mayTryAfterBusy } from '../stack/busy-target.ts';
import { NextHop } from '../stack/next-hop.ts';
import type {
  AckOptions,
  CancelOptions,
  OutgoingInvite,
  OutgoingInviteUser,
  RequestFailure,
} from '../stack/outgoing-request.ts';
import { orderText, refusalAckText, type RequestOrder } from '../stack/request-order.ts';
import type { StackCore } from '../stack/stack-core.ts';
import { InviteClientTransaction } from '../transaction/invite-client-transaction.ts';
import type { Flow } from '../transport/flow.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import { AnsweredInvite } from './answered-invite.ts';
import { sendCancel } from './cancel.ts';
import { EarlyDialogs } from './early-dialogs.ts';
import type { LiveDialog } from './live-dialog.ts';

const NO_ROUTES: readonly string[] = Object.freeze([]);

/**
 * An INVITE of ours: next hop, transaction, early dialogs, CANCEL and ACK.
 *
 *   resolving -> calling -> proceeding -> answered (ACK owed) -> acknowledged
 *        \          \ cancel: waits      \ cancel: CANCEL
 *         +----------+--------------------+-> refused or failed
 */
export class LiveOutgoingInvite implements OutgoingInvite {
  readonly method = 'INVITE';
  readonly callId: string;
  readonly localTag: string;
  readonly sequence: number;
  readonly #core: StackCore;
  /** Until the first final answer. */
  #hop: NextHop | undefined;
  /** The dialog of a re-INVITE. */
  readonly #dialog: LiveDialog | undefined;
  #early: EarlyDialogs | undefined;
  #order: RequestOrder;
  #user: OutgoingInviteUser | undefined;
  #transaction: InviteClientTransaction | undefined;
  #cancel: CancelOptions | undefined;
  #isCancelSent = false;
  #isHeard = false;
  #answered: AnsweredInvite | undefined;
  #isEnded = false;

  constructor(core: StackCore, order: RequestOrder, user: OutgoingInviteUser, dialog?: LiveDialog) {
    this.#core = core;
    this.#order = order;
    this.#user = user;
    this.#dialog = dialog;
    this.#hop = new NextHop(core.hops, this);
    this.#early = new EarlyDialogs(core);
    this.callId = order.callId;
    this.localTag = order.localTag;
    this.sequence = order.sequence;
  }

  get flow(): Flow | undefined {
    return this.#transaction?.flow;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get isProceeding(): boolean {
    return this.#transaction?.state === 'proceeding';
  }

  /** Sends it. */
  start(): void {
    const { isOpen, transactions } = this.#core;
    if (!isOpen || (transactions.isFull && !this.#order.isWithinDialog)) {
      queueMicrotask(() => this.fail('refused', 'the stack takes no more requests'));
      return;
    }
    this.#hop?.start(this.#order.path, this.#order.nextHopUri);
  }

  cancel(options: CancelOptions = {}): void {
    if (this.#isEnded || this.#cancel !== undefined) return;
    this.#cancel = options;
    if (this.#transaction === undefined) {
      this.#hop?.abandon();
      queueMicrotask(() => this.fail('refused', 'cancelled before it was sent'));
    } else if (this.isProceeding) {
      this.#sendCancel();
    } else if (!this.#isHeard) {
      this.#hop?.giveUpUnheard();
    }
  }

  ack(options: AckOptions = {}): void {
    if (this.#answered?.ack(options) !== true) return;
    this.#closeWithDialog();
    this.#answered.leaveDialog();
    // Lives on for forks that still answer: these say themselves between whom the call is.
    const order = this.#order;
    this.#order = {
      ...order,
      from: '',
      to: '',
      routes: NO_ROUTES,
      body: undefined,
      headers: undefined,
    };
  }

  /** BYE is about to end the dialog: gives up what is open, acknowledges what is owed. */
  settleForBye(): void {
    if (this.#answered === undefined) this.cancel();
    else this.ack();
  }

  /** Ends it without an answer. */
  fail(kind: RequestFailure['kind'], message: string): void {
    this.onNoHop({ kind, status: kind === 'timeout' ? 408 : 503, message });
  }

  /** @internal */
  onHop(flow: Flow): void {
    const { transactions, ids, counters, product } = this.#core;
    const branch = ids.makeBranch();
    const text = orderText(this.#order, flow, branch, product);
    if (this.#hop?.movesToStream(flow, text.length) === true) return;
    const transaction = new InviteClientTransaction(branch, flow, transactions, this);
    this.#transaction = transaction;
    this.#isHeard = false;
    transactions.addInviteClient(transaction);
    counters.countRequestSent('INVITE');
    transaction.start(text);
  }

  /** @internal */
  onNoHop(failure: RequestFailure): void {
    if (this.#isEnded) return;
    this.#early?.forgetAll();
    const user = this.#end();
    if (user !== undefined) this.#core.tell(() => user.onFailed(failure));
  }

  /** @internal */
  onProvisional(response: SipResponse): void {
    this.#isHeard = true;
    this.#hop?.hear();
    if (this.#cancel !== undefined) this.#sendCancel();
    const user = this.#user;
    if (user === undefined) return;
    const dialog = this.#earlyDialog(response);
    if (dialog === undefined) {
      this.#core.tell(() => user.onTrying?.(response));
      return;
    }
    if (response.status === 199 && dialog !== this.#dialog) this.#early?.forget(dialog);
    this.#core.tell(() => user.onProvisional?.(response, dialog));
  }

  /** @internal */
  onSuccess(response: SipResponse): void {
    const tag = response.toTag ?? '';
    const answered = this.#answered;
    if (answered === undefined) {
      this.#win(response, tag);
    } else if (tag === answered.remoteTag) {
      answered.hearAgain();
    } else if (this.#dialog === undefined && this.#transaction !== undefined) {
      answered.hearLoser(response, tag, this.#order, this.#transaction.flow);
    }
  }

  /** @internal */
  onRefusal(response: SipResponse): void {
    this.#early?.forgetAll();
    const mayTryNext = this.#mayTryNext && mayTryAfterBusy(response, this.#order.path);
    if (mayTryNext && this.#hop?.failOver('busy', busyForMs(response)) === true) return;
    this.#hop?.hear();
    const user = this.#end();
    if (user !== undefined) this.#core.tell(() => user.onRefused(response));
  }

  /** @internal */
  makeAck(response: SipResponse): string {
    this.#core.counters.countRequestSent('ACK');
    return refusalAckText(this.#order, response.to.text, this.#via());
  }

  /** @internal */
  onTimeout(): void {
    if (this.#mayTryNext && !this.#isHeard && this.#hop?.failOver('silent') === true) return;
    const message = this.#isCancelSent ? 'no final answer after CANCEL' : 'no answer in 64·T1';
    this.fail('timeout', message);
  }

  /** @internal */
  onTransportError(failure: Error): void {
    // Whoever has been heard may have an INVITE in hand: another one elsewhere would be a second call.
    if (this.#mayTryNext && !this.#isHeard && this.#hop?.failOver('unreachable') === true) return;
    this.fail('transport', failure.message);
  }

  /** @internal */
  onUnansweredTooLong(): void {
    this.cancel();
  }

  get #mayTryNext(): boolean {
    return this.#core.isOpen && this.#cancel === undefined;
  }

  #win(response: SipResponse, tag: string): void {
    const user = this.#user;
    const dialog =
      this.#dialog ?? this.#early?.take(tag, response, this.#order, this.#transaction?.flow);
    if (dialog === undefined) return;
    dialog.readAnswer(response, this.#dialog === undefined);
    dialog.confirm();
    dialog.outgoingInvite = this;
    this.#answered = new AnsweredInvite(this.#core, dialog, this.sequence);
    this.#early?.forgetAll();
    this.#end();
    // The peer's hang-up came first; nobody else will acknowledge it.
    if (dialog.state === 'ended') this.ack();
    if (user !== undefined) this.#core.tell(() => user.onAnswered(response, dialog));
  }

  #earlyDialog(response: SipResponse): LiveDialog | undefined {
    if (this.#dialog !== undefined) return response.status === 100 ? undefined : this.#dialog;
    const tag = response.toTag;
    const flow = this.#transaction?.flow;
    if (response.status === 100 || tag === undefined || flow === undefined) return undefined;
    return this.#early?.open(tag, response, this.#order, flow);
  }

  #sendCancel(): void {
    const transaction = this.#transaction;
    if (transaction === undefined || this.#isCancelSent) return;
    this.#isCancelSent = true;
    transaction.guardCancel();
    sendCancel(this.#core, this.#order, transaction, this.#cancel?.headers, this.#via());
  }

  #via(): string {
    const transaction = this.#transaction;
    return transaction === undefined ? '' : transaction.flow.listener.viaStem + transaction.branch;
  }

  #end(): OutgoingInviteUser | undefined {
    const user = this.#user;
    this.#user = undefined;
    this.#isEnded = true;
    this.#hop?.abandon();
    this.#hop = undefined;
    this.#early = undefined;
    if (this.#answered === undefined) this.#closeWithDialog();
    return user;
  }

  #closeWithDialog(): void {
    const dialog = this.#answered?.dialog ?? this.#dialog;
    if (dialog?.outgoingInvite === this) dialog.outgoingInvite = undefined;
  }
}
