import type { Dialog, DialogUser } from '../dialog/dialog.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import type { IncomingInvite, IncomingRequest } from './incoming-request.ts';
import type {
  OutgoingInviteUser,
  OutgoingRequestUser,
  RequestFailure,
} from './outgoing-request.ts';

/** Notes in one line each what an outgoing request or INVITE brings. */
export class AnswerNotes implements OutgoingRequestUser, OutgoingInviteUser {
  readonly notes: string[] = [];
  readonly dialogs: Dialog[] = [];

  onTrying(response: SipResponse): void {
    this.notes.push(`trying ${response.status}`);
  }

  onProvisional(response: SipResponse, dialog?: Dialog): void {
    this.notes.push(`provisional ${response.status} ${dialog?.remoteTag ?? ''}`.trim());
    if (dialog !== undefined && !this.dialogs.includes(dialog)) this.dialogs.push(dialog);
  }

  onAnswered(response: SipResponse, dialog: Dialog): void {
    this.notes.push(`answered ${response.status} ${dialog.remoteTag}`);
    if (!this.dialogs.includes(dialog)) this.dialogs.push(dialog);
  }

  onRefused(response: SipResponse): void {
    this.notes.push(`refused ${response.status}`);
  }

  onFinal(response: SipResponse): void {
    this.notes.push(`final ${response.status}`);
  }

  onFailed(failure: RequestFailure): void {
    this.notes.push(`failed ${failure.kind} ${failure.status}`);
  }
}

/** Notes what a peer asks within a dialog; answers 200 unless told to keep the request. */
export class DialogNotes implements DialogUser {
  readonly notes: string[] = [];
  readonly invites: IncomingInvite[] = [];
  readonly requests: IncomingRequest[] = [];
  isAnswering = true;

  onRequest(request: IncomingRequest): void {
    this.notes.push(request.method);
    this.requests.push(request);
    if (this.isAnswering) request.respond(200);
  }

  onInvite(invite: IncomingInvite): void {
    this.notes.push('INVITE');
    this.invites.push(invite);
    if (this.isAnswering) invite.respond(200);
  }

  onBye(_bye: SipRequest, dialog: Dialog): void {
    this.notes.push(`BYE ${dialog.state}`);
  }
}
