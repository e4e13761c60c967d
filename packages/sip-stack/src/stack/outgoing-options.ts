import type { Flow } from '../transport/flow.ts';
import type { Listener } from '../transport/listener.ts';
import type { Target } from '../transport/target.ts';
import type { HeaderLine, SipBody } from './message-parts.ts';

/** What any request of ours may carry, inside a dialog or outside. */
export interface RequestContent {
  /** Further headers in order. Via, Max-Forwards, From, To, Call-ID, CSeq, Route are the stack's. */
  readonly headers?: readonly HeaderLine[];
  readonly body?: SipBody;
  /** Max-Forwards; default 70. */
  readonly maxForwards?: number;
  /**
   * Contact header value, or what makes one for the listener that the request leaves by; default
   * the listener's own address, for methods that need one.
   */
  readonly contact?: string | ((listener: Listener) => string);
}

/** A request outside of dialogs (RFC 3261 §8.1). */
export interface OutgoingRequestOptions extends RequestContent {
  readonly method: string;
  /** Request-URI. */
  readonly uri: string;
  /** From without tag, in name-addr form: `"Alice" <sip:alice@example.com>`. */
  readonly from: string;
  /** To without tag, in name-addr form. */
  readonly to: string;
  /** Preloaded Route, topmost first: outbound proxy, Path, Service-Route. Values of name-addr form. */
  readonly routes?: readonly string[];
  /** Repeat of a request (after 401, 407, 422) keeps these three and raises `sequence` by one. */
  readonly callId?: string;
  readonly localTag?: string;
  /** CSeq number; default 1. */
  readonly sequence?: number;
  /** Where it goes; see {@link RequestPath}. */
  readonly path?: RequestPath;
}

/** An INVITE outside of dialogs; the method goes without saying. */
export type OutgoingInviteOptions = Omit<OutgoingRequestOptions, 'method'>;

/**
 * How a request reaches its next hop. First that is given counts: `flow`, `targets`, else the
 * topmost Route or the Request-URI is resolved (RFC 3263).
 */
export interface RequestPath {
  /** The flow a peer opened: behind NAT, and for ws always. */
  readonly flow?: Flow;
  /**
   * Places to try in order: the next one after a transport error or a timeout (B, F) before any
   * answer, each under a branch of its own. Those that failed lately are tried last.
   */
  readonly targets?: readonly Target[];
  /** Whether a 503 too leads to the next target, and its Retry-After is heeded (RFC 3263 §4.3). */
  readonly isNextTriedOn503?: boolean;
  /**
   * A connection the peer opened: taken instead of a new one when a target turns out to be at its
   * far end's address, whatever the port (RFC 5923 in spirit; peers seldom listen where they call from).
   */
  readonly connection?: Flow;
  /** Name of the listener to send from; default the first of the target's transport and family. */
  readonly listener?: string;
}
