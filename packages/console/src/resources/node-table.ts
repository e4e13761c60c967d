import type { NodeState, NodeStatus, Peer } from '@tandem/messages';

/** One row of /api/v1/nodes. */
export type NodeRow = NodeStatus;

/** What a table of nodes is made from. */
export interface NodeTableSources {
  /** The node that was asked. */
  readonly askedNode: string;
  /** Parts of statuses, each with the node it came from. */
  readonly answers: readonly { readonly node: string; readonly answer: Partial<NodeStatus> }[];
  readonly peers: readonly Peer[];
  /** Epoch ms. */
  readonly now: number;
}

const BLANK: Omit<NodeStatus, 'name'> = {
  boot: '',
  version: '',
  state: 'dead',
  addresses: [],
  uptimeMs: 0,
  lastSeenMs: 0,
  calls: 0,
  callsPerSecond: 0,
  seizures: 0,
  answers: 0,
  loopLagMs: 0,
  memoryBytes: 0,
  nats: 'none',
  database: 'down',
  journalRecords: 0,
  decks: [],
  profiles: [],
  setupVersion: 0,
  seenBy: {},
  sees: {},
};

/**
 * One row for each node: what it says of itself, else what this node last heard of it. A dead
 * node stays in the list, as dead, until the mesh forgets it. By name.
 */
export function mergeNodes(sources: NodeTableSources): readonly NodeRow[] {
  const statuses = joinParts(sources.answers);
  const silent = sources.peers.filter(({ node }) => !statuses.has(node));
  for (const peer of silent) statuses.set(peer.node, statusOfSilent(peer));
  return [...statuses.values()]
    .map((status) => rowOf(status, statuses, sources))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** Packages answer with parts: the first word on each key counts. */
function joinParts(answers: NodeTableSources['answers']): Map<string, NodeStatus> {
  const parts = new Map<string, Partial<NodeStatus>>();
  for (const { node, answer } of answers) parts.set(node, { ...answer, ...parts.get(node) });
  return new Map([...parts].map(([name, part]) => [name, { ...BLANK, ...part, name }]));
}

function statusOfSilent(peer: Peer): NodeStatus {
  const { node: name, boot, version, addresses, calls, sees } = peer;
  // It beats and does not answer: it lives, and is too busy or cut off from us.
  const state = peer.state === 'up' ? 'lagging' : peer.state;
  const heard = { boot, version, state, addresses, sees };
  return { ...BLANK, ...heard, name, calls: state === 'dead' ? 0 : calls };
}

function rowOf(
  status: NodeStatus,
  statuses: ReadonlyMap<string, NodeStatus>,
  { askedNode, peers, now }: NodeTableSources,
): NodeRow {
  const peer = peers.find(({ node }) => node === status.name);
  const isSeenLagging = peer?.state === 'lagging' && status.state === 'up';
  const seenBy: Record<string, NodeState> = {};
  for (const [name, other] of statuses) {
    const state = other.sees[status.name];
    // What a dead node saw last is no news.
    if (state !== undefined && other.state !== 'dead') seenBy[name] = state;
  }
  if (peer !== undefined) seenBy[askedNode] = peer.state;
  return {
    ...status,
    state: isSeenLagging ? 'lagging' : status.state,
    lastSeenMs: peer === undefined ? 0 : Math.max(0, now - peer.lastSeenAt),
    seenBy,
  };
}
