import type { Gather } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';
import type { NodeState } from '../membership.ts';

/** A node's state as lists show it; each package answers with its part. */
export interface NodeStatus {
  readonly name: string;
  readonly boot: string;
  readonly version: string;
  readonly state: NodeState;
  readonly addresses: readonly string[];
  readonly uptimeMs: number;
  readonly lastSeenMs: number;
  readonly calls: number;
  readonly callsPerSecond: number;
  /** Calls decided in the last minute, and answered ones among them (ASR); a sister's are hers. */
  readonly seizures: number;
  readonly answers: number;
  readonly loopLagMs: number;
  readonly memoryBytes: number;
  readonly nats: 'up' | 'down' | 'none';
  readonly database: 'up' | 'down';
  readonly journalRecords: number;
  /** Why the money's journal takes no new calls; absent while all is well. */
  readonly journalTrouble?: string | undefined;
  readonly decks: readonly { readonly name: string; readonly version: number }[];
  /** Profiles that calls are routed by on this node. */
  readonly profiles: readonly { readonly name: string; readonly version: number }[];
  /** Version of the whole set-up but for rates; 0 before the first reading. */
  readonly setupVersion: number;
  readonly seenBy: Readonly<Record<string, NodeState>>;
  /** How this node sees the others: what `seenBy` of theirs is made from. */
  readonly sees: Readonly<Record<string, NodeState>>;
}

declare module '@tandem/engine' {
  interface MessageMap {
    'node.status': Gather<Record<never, never>, Partial<NodeStatus>>;
    'node.ready': Gather<Record<never, never>, { readonly waitsFor: string }>;
    'metrics.collect': Gather<Record<never, never>, readonly Reading[]>;
  }
}

/** One gauge, counter or histogram as a package reads it at the moment of asking. */
export interface Reading {
  /** Prometheus name, with unit and `_total` for counters. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter' | 'histogram';
  /** Of a histogram: the sum of what was measured. */
  readonly value: number;
  readonly labels?: Readonly<Record<string, string>>;
  /** Of a histogram: how many were `le` or less; the last one's `le` is Infinity. */
  readonly buckets?: readonly { readonly le: number; readonly count: number }[];
}

/** How are the nodes? */
export const nodeStatus = declareMessage({
  name: 'node.status',
  kind: 'gather',
  summary: 'Collects how a node is: each package answers with its part.',
  sentBy: 'console, CLI',
  heardBy: 'switch, mesh, sip, store, node',
  sample: {},
});

/** What does this node still wait for before it takes calls? */
export const nodeReady = declareMessage({
  name: 'node.ready',
  kind: 'gather',
  summary: 'Collects what a starting node waits for: no answer means that all are ready.',
  sentBy: 'node, until its state is up; console, for /readyz',
  heardBy: 'wholesale, ledger',
  sample: {},
});

/** What do the meters say? */
export const metricsCollect = declareMessage({
  name: 'metrics.collect',
  kind: 'gather',
  summary: 'Collects gauges and counters for /metrics.',
  sentBy: 'console',
  heardBy: 'every package that counts something',
  sample: {},
});
