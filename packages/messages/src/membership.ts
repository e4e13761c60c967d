import type { StopTimer } from '@tandem/engine';
import type { NodeIdentity } from './call-id.ts';

// Here, since whoever asks another node has to tell these apart; their table is the mesh's.
declare module '@tandem/engine' {
  interface FaultCodes {
    MESH_UNREACHABLE: true;
    MESH_NODE_UNREACHABLE: true;
    MESH_NODE_LATE: true;
    MESH_NODE_FAILED: true;
    MESH_NAME_TAKEN: true;
    MESH_TOO_BUSY: true;
    MESH_BAD_ENVELOPE: true;
    MESH_LEASES_UNAVAILABLE: true;
  }
}

/** States of a node as shown and told. */
export type NodeState = 'starting' | 'up' | 'lagging' | 'draining' | 'dead';

/** A sister node as this node sees it. */
export interface Peer extends NodeIdentity {
  readonly version: string;
  readonly state: NodeState;
  /** SIP addresses at which it listens. */
  readonly addresses: readonly string[];
  /** Calls it carries: what least-loaded allocation compares. */
  readonly calls: number;
  /** Wall time of its last beat, epoch ms, by our clock. */
  readonly lastSeenAt: number;
  /** How it sees the others. */
  readonly sees: Readonly<Record<string, NodeState>>;
}

/** The other nodes: what the mesh knows and the cluster asks. */
export interface Membership {
  readonly self: NodeIdentity;
  /** Calls this node carries now: what its beats say. */
  readonly ownCalls: number;
  /** All known peers but this node, dead ones included for a while. */
  readonly peers: readonly Peer[];
  /** Undefined: never heard of. */
  find(node: string): Peer | undefined;
  /** Whether this node hears the others now; false passes no verdict on them. */
  readonly isConnected: boolean;
  /** Sets what this node says of itself in its beats. */
  announce(state: NodeState): void;
  /** Hears of peers that came, changed state or boot, or died, and of the own connection. */
  onChange(listener: (change: MembershipChange) => void): StopTimer;
}

/** News of the mesh. */
export type MembershipChange =
  | { readonly kind: 'connected' }
  | { readonly kind: 'disconnected' }
  | { readonly kind: 'peer'; readonly peer: Peer; readonly former: Peer | undefined };

/** One lease: who owns a dynamic resource, and by which revision of the shared record. */
export interface Lease extends NodeIdentity {
  readonly key: string;
  readonly revision: number;
}

/** Leases of dynamic resources over all nodes: exactly one owner each. */
export interface Leases {
  /** The owner as the local mirror knows it. */
  find(key: string): Lease | undefined;
  /**
   * Gives `key` to `owner` if nobody has it or its owner is dead; the lease that stands, whoever
   * won it. @throws TandemError MESH_UNREACHABLE when cut off from the others
   */
  allocate(key: string, owner: NodeIdentity): Promise<Lease>;
  /** Whether this node may serve `key` now: connected, and holding the revision. */
  isServing(key: string): boolean;
  /** Gives an own lease back; harmless if it is another's. */
  release(key: string): Promise<void>;
  /** Leases that this node holds. */
  readonly held: readonly Lease[];
  /** Hears when an own lease was lost to another node. */
  onLost(listener: (key: string) => void): StopTimer;
}
