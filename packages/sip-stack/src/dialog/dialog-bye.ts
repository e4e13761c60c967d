import type { LiveIncomingInvite } from '../stack/live-incoming-invite.ts';
import type { LiveOutgoingRequest } from '../stack/live-outgoing-request.ts';
import type { DialogState } from './dialog.ts';
import type { LiveOutgoingInvite } from './live-outgoing-invite.ts';

/** What a BYE must know of its dialog, and do to it. */
export interface EndingDialog {
  readonly state: DialogState;
  readonly isIncoming: boolean;
  /** Whether a 2xx of ours waits for its ACK. */
  readonly isAckAwaited: boolean;
  readonly incomingInvite: LiveIncomingInvite | undefined;
  readonly outgoingInvite: LiveOutgoingInvite | undefined;
  nextSequence(): number;
  end(isRemembered: boolean): void;
}

/** The BYE of ours in one dialog (RFC 3261 §15.1.1): when it may go, and whether it may go again. */
export class DialogBye {
  readonly #dialog: EndingDialog;
  /** Waits for the ACK to our 2xx. */
  #owed: LiveOutgoingRequest | undefined;
  #sent: LiveOutgoingRequest | undefined;

  constructor(dialog: EndingDialog) {
    this.#dialog = dialog;
  }

  /** Sends it now, later, or fails it. */
  send(bye: LiveOutgoingRequest): void {
    const dialog = this.#dialog;
    // The first one was challenged: the same again, with credentials.
    if (dialog.state === 'ended' && this.#sent?.isEnded === true) {
      this.#sent = bye;
      bye.start(dialog.nextSequence());
      return;
    }
    if (dialog.state === 'ended' || this.#owed !== undefined) {
      queueMicrotask(() => bye.fail('refused', 'the dialog has ended'));
      return;
    }
    dialog.incomingInvite?.refuseForBye();
    dialog.outgoingInvite?.settleForBye();
    // Of an INVITE not yet answered nothing is left after its refusal.
    if (dialog.isIncoming && dialog.state === 'early') {
      dialog.end(false);
      queueMicrotask(() => bye.fail('refused', 'the INVITE was refused instead'));
      return;
    }
    // The callee may not send BYE before the ACK to its 2xx, or the end of its wait for it (§15).
    if (dialog.isAckAwaited && dialog.isIncoming) this.#owed = bye;
    else this.#start(bye);
  }

  /** No ACK is waited for any longer. */
  sendOwed(): void {
    const bye = this.#owed;
    this.#owed = undefined;
    if (bye !== undefined && this.#dialog.state !== 'ended') this.#start(bye);
  }

  /** The dialog ended by other means. */
  giveUpOwed(): void {
    this.#owed?.fail('refused', 'the peer hung up first');
    this.#owed = undefined;
  }

  #start(bye: LiveOutgoingRequest): void {
    this.#sent = bye;
    bye.start(this.#dialog.nextSequence());
    this.#dialog.end(true);
  }
}
