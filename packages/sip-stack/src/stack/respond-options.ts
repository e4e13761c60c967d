import type { HeaderLine, SipBody } from './message-parts.ts';

/** What a response carries besides that which the stack copies from its request. */
export interface RespondOptions {
  /** Reason phrase; default that of the status (RFC 3261 §21). */
  readonly reason?: string;
  /** Further headers in order; Via, From, To, Call-ID, CSeq, Record-Route come from the request. */
  readonly headers?: readonly HeaderLine[];
  readonly body?: SipBody;
  /** Own To-tag; default one tag for all answers to this request. Without effect inside a dialog. */
  readonly toTag?: string;
}

/** Options of an answer to INVITE: every answer but 100 belongs to a dialog (RFC 3261 §12.1.1). */
export interface InviteRespondOptions extends Omit<RespondOptions, 'toTag'> {
  /**
   * Which of the dialogs opened with `IncomingInvite.openDialog`; default the only or first one,
   * opened if need be. A refusal (3xx-6xx) carries its tag and ends the others.
   */
  readonly dialog?: DialogRef;
}

/** Anything that names a dialog by our own tag. */
export interface DialogRef {
  readonly localTag: string;
}
