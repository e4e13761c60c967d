import type { SipRequest } from '../wire/sip-request.ts';
import type { IncomingInvite, IncomingRequest } from '../stack/incoming-request.ts';
import type { RequestContent } from '../stack/outgoing-options.ts';
import type {
  OutgoingInvite,
  OutgoingInviteUser,
  OutgoingRequest,
  OutgoingRequestUser,
} from '../stack/outgoing-request.ts';
import type { Flow } from '../transport/flow.ts';

/** Life of a dialog: early by a 1xx, confirmed by a 2xx, ended by BYE, refusal or `forget`. */
export type DialogState = 'early' | 'confirmed' | 'ended';

/**
 * One dialog, ours and the peer's half (RFC 3261 §12): tags, CSeq of both, remote target, route set.
 * The key outlives the end by 64·T1, so that a repeated BYE gets 200 and anything else 481.
 */
export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  /** Empty for a peer of RFC 2543. */
  readonly remoteTag: string;
  readonly state: DialogState;
  /** Whether the peer began it: we were the server of its INVITE. */
  readonly isIncoming: boolean;
  /** Name-addr of our side, without tag. */
  readonly local: string;
  /** Name-addr of the peer, without tag. */
  readonly remote: string;
  /** Contact URI of the peer; refreshed by INVITE, UPDATE and their answers (RFC 3261 §12.2). */
  readonly remoteTarget: string;
  /** Route header values for requests of ours, in order. */
  readonly routeSet: readonly string[];
  /** CSeq number of our last request. */
  readonly localSequence: number;
  /** Flow the dialog was made on. */
  readonly flow: Flow | undefined;
  /**
   * Whether requests go to `flow` and the Contact's host is not asked: for peers behind NAT.
   * Always so over ws. When the flow is closed they fail at once.
   */
  isFlowBound: boolean;
  /** Hears the peer's requests; without one they are answered 500 (BYE: 200). */
  user: DialogUser | undefined;
  /** Sends a request other than INVITE, ACK and CANCEL within the dialog. */
  sendRequest(method: string, content: RequestContent, user: OutgoingRequestUser): OutgoingRequest;
  /** Sends a re-INVITE; answers with another To-tag are impossible here. */
  sendInvite(content: RequestContent, user: OutgoingInviteUser): OutgoingInvite;
  /**
   * Sends BYE and ends the dialog (RFC 3261 §15.1.1). An INVITE of the peer still open in it is
   * answered 487 first; one of ours is cancelled; an ACK still owed is sent first. `user` may be
   * left out: 2xx, 481, 408 and silence mean the same here. Challenged by 401 or 407, it may be
   * sent once more from within `onFinal`.
   */
  sendBye(content?: RequestContent, user?: OutgoingRequestUser): OutgoingRequest;
  /** Ends it without a word: after a refusal, or when the peer said 481. Harmless when ended. */
  forget(): void;
}

/** Hears what the peer asks within a dialog. CSeq order, ACK and repeats are the stack's. */
export interface DialogUser {
  /** INFO, UPDATE, MESSAGE, NOTIFY, REFER, OPTIONS, PRACK without a waiting 1xx, anything else. */
  onRequest(request: IncomingRequest, dialog: Dialog): void;
  /** A re-INVITE; 100 has been sent. Several at once are refused by the stack with 500 (§14.2). */
  onInvite(invite: IncomingInvite, dialog: Dialog): void;
  /** BYE came. The stack has answered it 200, an open INVITE of the peer 487, and ended the dialog. */
  onBye(bye: SipRequest, dialog: Dialog): void;
}
