import type { Dialog } from '../dialog/dialog.ts';
import type { Flow } from '../transport/flow.ts';
import type { SipResponse } from '../wire/sip-response.ts';
import type { HeaderLine, SipBody } from './message-parts.ts';

/** Why a request got no answer from its peer. Counts as 408 (timeout) or 503 (RFC 3261 §8.1.3.1). */
export interface RequestFailure {
  readonly kind:
    /** Timer B or F: 64·T1 without a final answer. */
    | 'timeout'
    /** The socket said no, or the connection was lost before an answer. */
    | 'transport'
    /** The next hop has no address, or no listener speaks its transport. */
    | 'unresolvable'
    /** A bound of the stack was reached, or the stack is closed. */
    | 'refused';
  /** The status to count with: 408 for `timeout`, else 503. */
  readonly status: 408 | 503;
  /** A sentence for the log. */
  readonly message: string;
}

/** A request of ours under way, other than INVITE (RFC 3261 §17.1.2). */
export interface OutgoingRequest {
  readonly method: string;
  readonly callId: string;
  readonly localTag: string;
  readonly sequence: number;
  /** The flow it was sent on; undefined until its next hop is resolved. */
  readonly flow: Flow | undefined;
  /** Whether it ended: final answer or failure. */
  readonly isEnded: boolean;
}

/** Hears the answers. Never called inside the call that sent the request; nothing after the end. */
export interface OutgoingRequestUser {
  onProvisional?(response: SipResponse): void;
  /** The final answer, whatever its class. The last call, unless `onFailed` is. */
  onFinal(response: SipResponse): void;
  /** No answer will come. The last call. */
  onFailed(failure: RequestFailure): void;
}

/** An INVITE of ours under way, outside of dialogs or within one (RFC 3261 §13.2, §14.1). */
export interface OutgoingInvite extends OutgoingRequest {
  readonly method: 'INVITE';
  /** Whether a provisional answer came, 100 included. */
  readonly isProceeding: boolean;
  /**
   * Gives it up (RFC 3261 §9.1). After a provisional answer CANCEL goes out at once, before one it
   * waits for it: an INVITE is never forgotten. Its 2xx may still come to `onAnswered` and must be
   * acknowledged and ended with BYE; else it ends by `onRefused` or `onFailed`, in 64·T1 at the
   * latest. After the final answer without effect.
   */
  cancel(options?: CancelOptions): void;
  /**
   * Acknowledges the 2xx (RFC 3261 §13.2.2.4), once; the stack repeats it for each repeat of the
   * 2xx. Owed at once where the INVITE carried the offer, else with the answer as body.
   */
  ack(options?: AckOptions): void;
}

/** Headers of a CANCEL, such as Reason. */
export interface CancelOptions {
  readonly headers?: readonly HeaderLine[];
}

/** What an ACK to a 2xx may carry. */
export interface AckOptions {
  readonly headers?: readonly HeaderLine[];
  readonly body?: SipBody;
}

/** Hears what becomes of an INVITE of ours. Never called inside the call that sent it. */
export interface OutgoingInviteUser {
  /** 100, or another provisional answer without To-tag: no dialog comes of it. */
  onTrying?(response: SipResponse): void;
  /**
   * 101-199 with To-tag; `dialog` is the early dialog of that tag (several may be open), for a
   * re-INVITE the dialog itself. A 199 has closed it.
   */
  onProvisional?(response: SipResponse, dialog: Dialog): void;
  /** The first 2xx; ACK is owed. A 2xx of another fork is acknowledged and ended by the stack. */
  onAnswered(response: SipResponse, dialog: Dialog): void;
  /** 3xx-6xx; the stack has acknowledged it. Early dialogs are gone. The last call. */
  onRefused(response: SipResponse): void;
  /** No final answer will come. Early dialogs are gone. The last call. */
  onFailed(failure: RequestFailure): void;
}
