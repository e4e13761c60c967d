import { AnswerRepeat } from '../dialog/answer-repeat.ts';
import type { LiveDialog } from '../dialog/live-dialog.ts';
import { InviteServerTransaction } from '../transaction/invite-server-transaction.ts';
import type { Flow } from '../transport/flow.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import { AnswerText } from './answer-text.ts';
import type { IncomingInvite, IncomingInviteUser, OpenDialogOptions } from './incoming-request.ts';
import type { LiveIncomingRequest, TransactionPlace } from './live-incoming-request.ts';
import { OpenedDialogs } from './opened-dialogs.ts';
import { ReliableProvisionals } from './reliable-provisionals.ts';
import type { InviteRespondOptions } from './respond-options.ts';
import type { StackCore } from './stack-core.ts';

/** An INVITE or re-INVITE, its transaction and the dialogs it opened; see {@link IncomingInvite}. */
export class LiveIncomingInvite implements IncomingInvite {
  readonly method = 'INVITE';
  user: IncomingInviteUser | undefined;
  readonly #core: StackCore;
  readonly #transaction: InviteServerTransaction;
  readonly #answers: AnswerText;
  /** The dialog of a re-INVITE. */
  readonly #own: LiveDialog | undefined;
  readonly #dialogs: OpenedDialogs;
  #reliable: ReliableProvisionals | undefined;
  /** The dialog of our 2xx, where a PRACK is still owed. */
  #answered: LiveDialog | undefined;

  constructor(
    core: StackCore,
    readonly request: SipRequest,
    readonly flow: Flow,
    place: TransactionPlace,
    dialog: LiveDialog | undefined,
  ) {
    this.#core = core;
    this.#own = dialog;
    this.#dialogs = new OpenedDialogs(core, this, dialog);
    if (dialog !== undefined) dialog.incomingInvite = this;
    this.#answers = new AnswerText(request, core.product);
    this.#transaction = new InviteServerTransaction(
      place.key,
      place.mergeKey,
      request.cseq.number,
      place.answerFlow,
      core.transactions,
      this,
    );
    core.transactions.addInviteServer(this.#transaction);
  }

  get dialog(): LiveDialog | undefined {
    return this.#own;
  }

  get isAnswered(): boolean {
    return this.#transaction.state !== 'proceeding';
  }

  /** 100, at once and before anyone is asked anything. */
  sendTrying(): void {
    this.#core.counters.countResponseSent(100);
    this.#transaction.sendProvisional(this.#answers.write(100, {}));
  }

  openDialog(options: OpenDialogOptions = {}): LiveDialog {
    return this.#dialogs.open(options);
  }

  respond(status: number, options: InviteRespondOptions = {}): void {
    if (!this.#mayAnswer(status)) return;
    if (status === 100) this.sendTrying();
    else if (status < 200) this.#transaction.sendProvisional(this.#write(status, options));
    else if (status < 300) this.#accept(status, options);
    else this.#refuse(status, options);
  }

  respondReliably(status: number, options: InviteRespondOptions = {}): void {
    if (!this.#mayAnswer(status)) return;
    if (status <= 100 || status >= 200) {
      this.respond(status, options);
      return;
    }
    const dialog = this.#dialogs.of(options.dialog);
    this.#reliable ??= new ReliableProvisionals(
      this.#core,
      this.request.cseq.number,
      this.#transaction.flow,
      this,
    );
    this.#reliable.add(dialog, (headers) => {
      const all = [...headers, ...(options.headers ?? [])];
      const text = this.#write(status, { ...options, dialog, headers: all });
      this.#transaction.sendProvisional(text);
      return text;
    });
  }

  /** @internal */
  onCancel(cancel: SipRequest): void {
    if (this.isAnswered) return;
    const { user } = this;
    if (user?.onCancel === undefined) this.respond(487);
    else this.#core.tell(() => user.onCancel?.(cancel));
  }

  /** The ACK to our 2xx came: the answer is settled. */
  receiveAck(ack: SipRequest, dialog: LiveDialog): void {
    const { user } = this;
    this.user = undefined;
    this.#transaction.release();
    if (user?.onAck !== undefined) this.#core.tell(() => user.onAck?.(ack, dialog));
    dialog.settleAck();
  }

  /** PRACK within a dialog of this INVITE, also behind its 2xx; true when it is taken care of. */
  receivePrack(prack: LiveIncomingRequest, dialog: LiveDialog): boolean {
    if (this.#reliable?.acknowledge(prack.request, dialog) !== true) return false;
    if (dialog.prackedInvite === this) dialog.prackedInvite = undefined;
    const { user } = this;
    // An offer behind the end of it all has nobody to answer it.
    if (user?.onPrack === undefined) prack.respond(prack.request.body === '' ? 200 : 488);
    else this.#core.tell(() => user.onPrack?.(prack, dialog));
    return true;
  }

  /** BYE ends the dialog while this is unanswered (RFC 3261 §15.1.2). */
  refuseForBye(): void {
    this.respond(487);
  }

  /** The tag that answers to its CANCEL carry: that of the INVITE's own answers. */
  get toTag(): string {
    return this.#dialogs.toTag;
  }

  /** @internal */
  onAnswerNotSent(failure: Error): void {
    const { user } = this;
    if (user?.onTransportError !== undefined) {
      this.#core.tell(() => user.onTransportError?.(failure));
    }
  }

  /** @internal Nobody answered for longer than the bound: the user has forgotten it. */
  onUnansweredTooLong(): void {
    this.#core.counters.countDropped('invite-forgotten');
    this.respond(480);
  }

  /** @internal */
  onEnd(): void {
    this.#reliable?.settle(undefined);
    if (this.#answered?.prackedInvite === this) this.#answered.prackedInvite = undefined;
  }

  /** @internal */
  onPrackMissing(dialog: LiveDialog): void {
    const { user } = this;
    if (user?.onPrackMissing === undefined) this.respond(504);
    else this.#core.tell(() => user.onPrackMissing?.(dialog));
  }

  #mayAnswer(status: number): boolean {
    if (!this.isAnswered && status >= 100 && status <= 699) return true;
    this.#core.counters.countDropped('answered-twice');
    return false;
  }

  #accept(status: number, options: InviteRespondOptions): void {
    const dialog = this.#dialogs.of(options.dialog);
    if (this.#own !== undefined) dialog.refreshTarget(this.request);
    const text = this.#write(status, { ...options, dialog });
    this.#settle(dialog);
    dialog.confirm();
    this.#transaction.toTag = dialog.localTag;
    this.#transaction.sendSuccess(text);
    const repeat = new AnswerRepeat(
      this.#core,
      this.#transaction.flow,
      text,
      this.#core.timers.t2Ms,
      { onAcknowledgeMissing: () => this.#missAck(dialog) },
    );
    dialog.awaitAck(repeat, this);
  }

  #refuse(status: number, options: InviteRespondOptions): void {
    const { reason, headers, body } = options;
    const toTag = options.dialog?.localTag ?? this.toTag;
    const text = this.#answers.write(status, { reason, headers, body, toTag });
    this.#core.counters.countResponseSent(status);
    this.#settle(undefined);
    this.#transaction.toTag = toTag;
    this.user = undefined;
    this.#transaction.sendRefusal(text);
  }

  /** Final: nothing reliable is repeated any more, and of the dialogs only the winner is left. */
  #settle(winner: LiveDialog | undefined): void {
    this.#reliable?.settle(winner);
    this.#dialogs.settle(winner);
    if (winner === undefined || this.#reliable?.isOpen(winner) !== true) return;
    // The PRACK may be on its way while the 2xx goes out.
    winner.prackedInvite = this;
    this.#answered = winner;
  }

  #missAck(dialog: LiveDialog): void {
    const { user } = this;
    this.user = undefined;
    this.#transaction.release();
    dialog.settleAck();
    if (user?.onAckMissing !== undefined) this.#core.tell(() => user.onAckMissing?.(dialog));
    else if (dialog.state === 'confirmed') dialog.sendBye();
  }

  #write(status: number, options: InviteRespondOptions): string {
    const dialog = this.#dialogs.of(options.dialog);
    const { reason, headers, body } = options;
    this.#core.counters.countResponseSent(status);
    return this.#answers.write(status, {
      reason,
      headers,
      body,
      toTag: dialog.localTag,
      contact: dialog.contact,
    });
  }
}
