import type { Ask, Gather, TrailEntry } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';

/** One leg as lists show it. */
export interface LegSummary {
  readonly id: string;
  readonly node: string;
  readonly direction: 'incoming' | 'outgoing';
  readonly driver: string;
  readonly address: string;
  readonly state: string;
  /** Identifier of the leg on its wire: the SIP Call-ID. */
  readonly callId?: string;
}

/** One call as lists show it. */
export interface CallSummary {
  /** The billid. */
  readonly id: string;
  /** The node of its incoming leg. */
  readonly node: string;
  readonly state: 'routing' | 'trying' | 'ringing' | 'up' | 'ending';
  readonly caller: string;
  readonly called: string;
  readonly tenant: string | null;
  readonly inboundTrunk: string | null;
  readonly outboundTrunk: string | null;
  readonly startedAt: number;
  readonly answeredAt: number | null;
  readonly durationMs: number;
  /** Decimal texts of `currency`; null where nobody pays, and where a sister knows. */
  readonly held: string | null;
  readonly price: string | null;
  readonly currency: string | null;
  readonly legs: readonly LegSummary[];
  /** This node carries it on for a sister, who lists the call; its legs belong to that row. */
  readonly isForwarded: boolean;
  /** What its handlers did so far; only where one call was asked for. */
  readonly trail?: readonly TrailEntry[];
}

declare module '@tandem/engine' {
  interface MessageMap {
    'call.list': Gather<{ readonly tenant: string; readonly id: string }, readonly CallSummary[]>;
    'call.drop': Ask<
      { readonly id: string; readonly reason: string; readonly by: 'operator' | 'engine' },
      { readonly dropped: true }
    >;
    'call.orphan': Ask<
      { readonly id: string },
      {
        /** `waiting`: until the database takes its node for dead, within seconds. */
        readonly state: 'waiting' | 'closed';
      }
    >;
  }
}

/** Which calls are there? */
export const callList = declareMessage({
  name: 'call.list',
  kind: 'gather',
  summary:
    'Collects the calls of one node or of all: of a tenant, or the one of an id; empty means any.',
  sentBy: 'console, CLI',
  heardBy: 'switch',
  sample: { tenant: '', id: '' },
});

/** End a call. */
export const callDrop = declareMessage({
  name: 'call.drop',
  kind: 'ask',
  summary: 'Asks the owner of a call to end it; unanswered means there is no such call.',
  sentBy: 'console, CLI; to the node that the id names',
  heardBy: 'switch',
  sample: { id: 'node1-k3x9-17', reason: 'operator', by: 'operator' },
});

/** What became of a call whose node died? */
export const callOrphan = declareMessage({
  name: 'call.orphan',
  kind: 'ask',
  summary:
    'Asks what became of a call whose node died: others close it. Unanswered means that nobody paid for such a call.',
  sentBy: 'console',
  heardBy: 'ledger',
  sample: { id: 'node1-k3x9-17' },
});
