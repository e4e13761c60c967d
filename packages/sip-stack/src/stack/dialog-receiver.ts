import type { LiveDialog } from '../dialog/live-dialog.ts';
import type { Flow } from '../transport/flow.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import { LiveIncomingInvite } from './live-incoming-invite.ts';
import { LiveIncomingRequest, type TransactionPlace } from './live-incoming-request.ts';
import type { StackCore } from './stack-core.ts';

/** Longest wait asked of a peer whose INVITEs overlap, seconds (RFC 3261 §14.2). */
const RETRY_AFTER_MAX_SECONDS = 10;

/** Requests within dialogs: order of CSeq, ended dialogs, crossing INVITEs, BYE (RFC 3261 §12.2.2). */
export class DialogReceiver {
  readonly #core: StackCore;
  readonly #isReinviteTried: boolean;

  constructor(core: StackCore, isReinviteTried: boolean) {
    this.#core = core;
    this.#isReinviteTried = isReinviteTried;
  }

  receive(request: SipRequest, flow: Flow, place: TransactionPlace, dialog: LiveDialog): void {
    if (request.method === 'INVITE') this.#receiveInvite(request, flow, place, dialog);
    else this.#receiveOther(request, flow, place, dialog);
  }

  #receiveInvite(
    request: SipRequest,
    flow: Flow,
    place: TransactionPlace,
    dialog: LiveDialog,
  ): void {
    const { user, incomingInvite: pending } = dialog;
    const isInOrder = dialog.state !== 'ended' && dialog.acceptSequence(request.cseq.number);
    const invite = new LiveIncomingInvite(this.#core, request, flow, place, dialog);
    // Refusals below must not pass for the answer to the INVITE that is open.
    dialog.incomingInvite = pending;
    if (dialog.state === 'ended') {
      invite.respond(481);
    } else if (!isInOrder) {
      invite.respond(500, { reason: 'CSeq Out Of Order' });
    } else if (pending !== undefined) {
      const seconds = this.#core.ids.randomBelow(RETRY_AFTER_MAX_SECONDS + 1);
      invite.respond(500, { headers: [['Retry-After', String(seconds)]] });
    } else if (dialog.outgoingInvite !== undefined) {
      invite.respond(491);
    } else if (user === undefined) {
      invite.respond(500);
    } else {
      dialog.incomingInvite = invite;
      if (this.#isReinviteTried) invite.sendTrying();
      this.#core.tell(
        () => user.onInvite(invite, dialog),
        () => invite.isAnswered || invite.respond(500),
      );
    }
  }

  #receiveOther(
    request: SipRequest,
    flow: Flow,
    place: TransactionPlace,
    dialog: LiveDialog,
  ): void {
    const incoming = new LiveIncomingRequest(this.#core, request, flow, place, dialog);
    const { user } = dialog;
    if (dialog.state === 'ended') {
      incoming.respond(request.method === 'BYE' ? 200 : 481);
    } else if (!dialog.acceptSequence(request.cseq.number)) {
      incoming.respond(500, { reason: 'CSeq Out Of Order' });
    } else if (request.method === 'BYE') {
      this.#receiveBye(incoming, dialog);
    } else if (request.method === 'PRACK') {
      const { incomingInvite, prackedInvite } = dialog;
      const isTaken =
        incomingInvite?.receivePrack(incoming, dialog) === true ||
        prackedInvite?.receivePrack(incoming, dialog) === true;
      if (!isTaken) incoming.respond(481);
    } else if (user === undefined) {
      incoming.respond(500);
    } else {
      this.#core.tell(
        () => user.onRequest(incoming, dialog),
        () => incoming.respond(500),
      );
    }
  }

  #receiveBye(bye: LiveIncomingRequest, dialog: LiveDialog): void {
    const { user } = dialog;
    bye.respond(200);
    dialog.incomingInvite?.refuseForBye();
    dialog.outgoingInvite?.settleForBye();
    dialog.endByPeer();
    if (user !== undefined) this.#core.tell(() => user.onBye(bye.request, dialog));
  }
}
