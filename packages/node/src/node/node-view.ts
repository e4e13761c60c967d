import type { NodeIdentity, NodeState } from '@tandem/messages';
import type { Store } from '@tandem/store';
import type { ReloadReport } from '../messages/node-reload.ts';
import type { LoopLag } from './loop-lag.ts';

/** A node as its own handlers see it. */
export interface NodeView {
  readonly identity: NodeIdentity;
  readonly version: string;
  readonly state: NodeState;
  readonly uptimeMs: number;
  readonly lag: LoopLag;
  readonly store: Store;
  /** Up: it answers, and its tables fit. */
  readonly database: 'up' | 'down';
  /** Calls it carries now. */
  readonly calls: number;
  /** Takes no new calls, and ends the node with its last one. */
  drain(): void;
  /** Reads the configuration again; a trial changes nothing. Never throws. */
  reload(isTrial: boolean): Promise<ReloadReport>;
  /** Goes back to what ran before the last reload, if there was one. Never throws. */
  returnToFormer(): Promise<ReloadReport>;
}
