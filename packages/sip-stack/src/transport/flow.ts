import type { Listener } from './listener.ts';

/** The transports of SIP as the listener's `transport` names them (RFC 3261 §18, RFC 7118). */
export type TransportName = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** Hears that a flow failed a message. */
export interface SendWatcher {
  /**
   * The message was not sent (socket closed, address unreachable, message too long), or the
   * connection that its answer was awaited on is lost. Never called inside `send`.
   */
  onSendFailed(failure: Error): void;
}

/**
 * The way back to one peer (RFC 5626 §1): a listener and a remote address, or one connection.
 * Answers and, behind NAT, requests of one's own travel on the flow that the peer opened;
 * what its Contact says is not asked. Cheap to keep: no buffers, no timers.
 */
export interface Flow {
  readonly listener: Listener;
  readonly transport: TransportName;
  /** Literal address, lower case, IPv6 without brackets. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** Number of the connection within this process; 0 for UDP, which has none. */
  readonly connectionId: number;
  /** Whether the transport itself repeats what is lost: no timers A, E, G and none of the waits. */
  readonly isReliable: boolean;
  /** Whether a message may be sent; once false it never becomes true again. */
  readonly isOpen: boolean;
  /** Sends one whole message, its bytes as latin1 characters. Never throws. */
  send(text: string, watcher?: SendWatcher): void;
  /** Has `watcher` told when the connection is lost, until `unwatch`; nothing for UDP. */
  watch(watcher: SendWatcher): void;
  unwatch(watcher: SendWatcher): void;
}

/** A flow as it can be stored and found again with `SipStack.findFlow`: with a binding, in a table. */
export interface FlowDescription {
  /** {@link Listener.name} */
  readonly listener: string;
  readonly transport: TransportName;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly connectionId: number;
}

/** What of a flow can be stored; the boot id of the node belongs beside it (connections die with it). */
export function describeFlow(flow: Flow): FlowDescription {
  return {
    listener: flow.listener.name,
    transport: flow.transport,
    remoteAddress: flow.remoteAddress,
    remotePort: flow.remotePort,
    connectionId: flow.connectionId,
  };
}
