import type { Dialog } from '../dialog/dialog.ts';
import type { StackGuard } from '../guard/stack-guard.ts';
import type { MessageTap, TapOptions } from '../trace/message-tap.ts';
import type { Flow, FlowDescription } from '../transport/flow.ts';
import type { ListenOptions, Listener, TlsOptions } from '../transport/listener.ts';
import type { Target } from '../transport/target.ts';
import type { SipRequest } from '../wire/sip-request.ts';
import type { IncomingInvite, IncomingRequest } from './incoming-request.ts';
import type { OutgoingInviteOptions, OutgoingRequestOptions } from './outgoing-options.ts';
import type {
  OutgoingInvite,
  OutgoingInviteUser,
  OutgoingRequest,
  OutgoingRequestUser,
} from './outgoing-request.ts';
import type { StackStats } from './stack-stats.ts';

/** Hears requests that belong to no dialog. A throw or rejection answers 500 and gives a notice. */
export interface SipStackUser {
  onInvite(invite: IncomingInvite): void | Promise<void>;
  /** Anything but INVITE, ACK, CANCEL; with a To-tag that we do not know it never gets here (481). */
  onRequest(request: IncomingRequest): void | Promise<void>;
  /**
   * A request, ACK included, whose To-tag does not begin with our `tagPrefix`: true if it was taken
   * care of, such as passed to its node. Nothing is kept of it. Without this method, and for false,
   * it is answered 481 (ACK: dropped).
   */
  onForeignRequest?(request: SipRequest, flow: Flow): boolean;
  /** A connection ended; bindings and dialogs that live on this flow have lost it. */
  onFlowClosed?(flow: Flow): void;
}

/** A SIP user agent core for servers: transports, transactions and dialogs of one node. */
export interface SipStack {
  /** Set before the first `listen`; without it requests get 503. */
  user: SipStackUser | undefined;
  /** Opens one socket, or one per local address for a wildcard. Rejects if any cannot be bound; then none is. */
  listen(options: ListenOptions): Promise<readonly Listener[]>;
  readonly listeners: readonly Listener[];
  /**
   * Closes the listeners of that name and what was connected to them, as when they are left out of
   * the conf. Harmless where there is none.
   */
  unlisten(listenerName: string): Promise<void>;
  /**
   * Gives the tls or wss listeners of that name another certificate; running connections keep
   * theirs. Throws on a broken one, and the former stays.
   */
  renewTls(listenerName: string, tls: TlsOptions): void;
  /** Sends a request outside of dialogs. Failures come to `user`, never as a throw. */
  sendRequest(options: OutgoingRequestOptions, user: OutgoingRequestUser): OutgoingRequest;
  /** Sends an INVITE outside of dialogs. */
  sendInvite(options: OutgoingInviteOptions, user: OutgoingInviteUser): OutgoingInvite;
  /**
   * Takes a message that reached this node by another way than its sockets, such as a request
   * that a sister node passed on, as latin1 characters. Answers leave by `flow`. Never throws.
   */
  receive(text: string, flow: Flow): void;
  /** The flow once described: its connection if still open, or the UDP address pair. */
  findFlow(description: FlowDescription): Flow | undefined;
  /** The dialog with these tags, ended ones not; for Replaces (RFC 3891). */
  findDialog(callId: string, localTag: string, remoteTag: string): Dialog | undefined;
  /** Places the URI leads to, by the stack's resolver, in order. */
  resolve(uri: string): Promise<readonly Target[]>;
  /** A new tag of ours; unique over nodes and boots. */
  makeTag(): string;
  /** A new Call-ID. */
  makeCallId(): string;
  /** Listens in on a call, an address or everything, for a bounded while; throws where 32 taps run. */
  tap(options: TapOptions): MessageTap;
  /**
   * How long what came has waited to be handled, ms: 0 while it is handled as it comes. Peers repeat
   * what is not answered within T1, which makes more to do.
   */
  readonly waitedMs: number;
  /** Limits and bans by address. */
  readonly guard: StackGuard;
  stats(): StackStats;
  /** Datagrams lost in the receive buffers of our UDP sockets, from /proc/net/udp; 0 elsewhere. */
  readUdpDrops(): Promise<number>;
  /** Ends at once: no timer, socket or entry is left; pending requests fail with `refused`. */
  close(): Promise<void>;
}
