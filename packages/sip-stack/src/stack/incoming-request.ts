import type { SipRequest } from '../wire/sip-request.ts';
import type { Dialog } from '../dialog/dialog.ts';
import type { Flow } from '../transport/flow.ts';
import type { InviteRespondOptions, RespondOptions } from './respond-options.ts';

/**
 * A request and the transaction that answers it (RFC 3261 §8.2, §17.2). Repeats of the request
 * are absorbed or answered again without the user. Keep it only until the final answer.
 */
export interface IncomingRequest {
  readonly method: string;
  readonly request: SipRequest;
  /** Where it came from; the answer goes back there (RFC 3581). */
  readonly flow: Flow;
  /** The dialog it belongs to; undefined for a request outside of dialogs. */
  readonly dialog: Dialog | undefined;
  /** Whether a final answer has been given; further ones are ignored. */
  readonly isAnswered: boolean;
  /** Answers; a second final answer is ignored and counted, never sent. Never throws. */
  respond(status: number, options?: RespondOptions): void;
}

/**
 * An INVITE or re-INVITE and its transaction (RFC 3261 §13.3, §14.2, RFC 6026). 100 has been
 * sent before the user sees it. A 2xx is repeated by the stack until its ACK, on every transport.
 */
export interface IncomingInvite extends Omit<IncomingRequest, 'respond'> {
  readonly method: 'INVITE';
  /** Hears what becomes of it; set it in the same turn in which the invite was handed over. */
  user: IncomingInviteUser | undefined;
  /**
   * Opens an early dialog with a To-tag of its own (RFC 3261 §12.1.1); several are allowed.
   * For a re-INVITE it is the dialog itself. `localTag` default: the stack's next tag.
   */
  openDialog(options?: OpenDialogOptions): Dialog;
  /** Answers; 101-199 and 2xx belong to a dialog, 2xx confirms it and forgets its sisters. */
  respond(status: number, options?: InviteRespondOptions): void;
  /**
   * Sends a 1xx reliably (RFC 3262): adds RSeq and Require, repeats it until its PRACK, and keeps
   * a second one back until the first is acknowledged. The PRACK reaches `onPrack`.
   */
  respondReliably(status: number, options?: InviteRespondOptions): void;
}

/** Choices for a dialog opened by an incoming INVITE. */
export interface OpenDialogOptions {
  readonly localTag?: string;
  /** Contact header value; default the listener's own address with an opaque user part. */
  readonly contact?: string;
}

/** What an incoming INVITE may still bring after it was handed over. Calls never nest. */
export interface IncomingInviteUser {
  /**
   * The caller gave up; 200 has gone to its CANCEL. Answer the INVITE with 487 (Reason and all);
   * without this method the stack does. Never called after a final answer.
   */
  onCancel?(cancel: SipRequest): void;
  /** The ACK to our 2xx, the first one only; it may carry the answer to a late offer. */
  onAck?(ack: SipRequest, dialog: Dialog): void;
  /** 64·T1 passed since our 2xx and no ACK came (RFC 3261 §13.3.1.4): send BYE. */
  onAckMissing?(dialog: Dialog): void;
  /** The PRACK of a reliable 1xx; answer it. Without this method it is answered 200. */
  onPrack?(prack: IncomingRequest, dialog: Dialog): void;
  /** 64·T1 passed since a reliable 1xx and no PRACK came (RFC 3262 §3): refuse the INVITE with 504. */
  onPrackMissing?(dialog: Dialog): void;
  /** An answer could not be sent to the caller. */
  onTransportError?(failure: Error): void;
}
