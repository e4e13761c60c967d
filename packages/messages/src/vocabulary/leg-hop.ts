import type { Ask, Tell } from '@tandem/engine';
import { declareMessage } from '../declaration.ts';
import type { CallOffer } from '../leg.ts';
import type { LegEvent } from '../leg-event.ts';
import type { Refusal } from '../refusal.ts';
import { sampleOffer } from './call-block.ts';
import type { BranchParams } from './call-route.ts';

/** Which end of a leg between nodes: near is where the call came in, far where it goes out. */
export type LinkSide = 'near' | 'far';

/** What of a branch's params goes along to the node that places it. */
export type HandoverBranch = Pick<
  BranchParams,
  'called' | 'ringMs' | 'authUsername' | 'authPassword' | 'outboundProxy' | 'driverOptions'
>;

/** What hands a call to another node. */
export interface HandoverParams {
  /** The leg's key, chosen by the near node: a repeat makes no second leg. */
  readonly key: string;
  /** The near node's boot: its events go to no successor. */
  readonly boot: string;
  /** The resource without prefix and node. */
  readonly callto: string;
  readonly billid: string;
  readonly username: string;
  readonly caller: string;
  readonly callername: string;
  readonly called: string;
  readonly domain: string;
  /** Nodes passed, this one included. */
  readonly hops: number;
  readonly offer: CallOffer;
  readonly connection?: string;
  readonly path?: readonly string[];
  /** What the route said of the branch, for the driver that will place it there. */
  readonly branch?: HandoverBranch;
  /** Time left for setting up, ms: never an instant. */
  readonly setupMs: number;
}

/** One event of a leg between nodes, or a bare acknowledgement. */
export interface LinkFrame {
  readonly key: string;
  /** The end it is meant for. */
  readonly side: LinkSide;
  /** Counts events of one direction from 1; absent in a bare acknowledgement. */
  readonly seq?: number;
  /** Highest seq that arrived without a gap. */
  readonly ack: number;
  readonly event?: LegEvent;
  /** Asks for everything from that seq on. */
  readonly resendFrom?: number;
}

/** What one node knows of one leg when they compare. */
export interface LinkReport {
  readonly key: string;
  /** The end that the sender holds. */
  readonly side: LinkSide;
  readonly ack: number;
}

declare module '@tandem/engine' {
  interface MessageMap {
    'leg.execute': Ask<HandoverParams, { readonly boot: string; readonly legId: string } | Refusal>;
    'leg.event': Tell<LinkFrame>;
    'leg.sync': Ask<
      { readonly boot: string; readonly links: readonly LinkReport[] },
      { readonly links: readonly LinkReport[] }
    >;
  }
}

/** Take over this call. */
export const legExecute = declareMessage({
  name: 'leg.execute',
  kind: 'ask',
  summary: 'Hands a call to the node that owns its destination; the answer says it was taken.',
  sentBy: 'cluster, to another node',
  heardBy: 'cluster 100',
  sample: {
    key: 'node1-k3x9-17/1/1',
    boot: 'k3x9',
    callto: 'sip/sip:bob@198.51.100.9:5060',
    billid: 'node1-k3x9-17',
    username: 'alice',
    caller: 'alice',
    callername: 'Alice',
    called: 'bob',
    domain: 'example.com',
    hops: 1,
    offer: sampleOffer,
    setupMs: 60_000,
  },
});

/** Something happened on a leg between nodes. */
export const legEvent = declareMessage({
  name: 'leg.event',
  kind: 'tell',
  summary: 'Carries one event of a leg between nodes, in order and acknowledged.',
  sentBy: 'cluster, to one boot of another node',
  heardBy: 'cluster 100',
  sample: {
    key: 'node1-k3x9-17/1/1',
    side: 'near',
    seq: 1,
    ack: 0,
    event: { type: 'trying' },
  },
});

/** What do you know of our legs? */
export const legSync = declareMessage({
  name: 'leg.sync',
  kind: 'ask',
  summary:
    'Compares the legs between two nodes after a reconnection: what is missing is sent again.',
  sentBy: 'cluster, to one boot of another node',
  heardBy: 'cluster 100',
  sample: { boot: 'k3x9', links: [{ key: 'node1-k3x9-17/1/1', side: 'near', ack: 3 }] },
});
