import type { Cancellation } from './cancellation.ts';
import type { Lane } from './lane.ts';
import type { CallFacts } from './message-map.ts';
import type { Extra, Message } from './message.ts';
import type { Destination } from './remote.ts';
import type { Trail } from './trail.ts';

/** How deep messages may be asked from inside handlers of messages asked from inside handlers … */
export const DEPTH_MAX = 24;

/** What a sender may say of a message beside its params. */
export interface SendOptions {
  readonly extra?: readonly Extra[] | undefined;
  /** The call's record of facts; the same object on every message of one call. */
  readonly facts?: CallFacts | undefined;
  /** The call's story; each dispatch adds a step. */
  readonly trail?: Trail | undefined;
  /** Calls the question off: no further handler is asked, the running one's signal is aborted. */
  readonly cancellation?: Cancellation | undefined;
  /** The message whose handler sends this one: facts, trail and cancellation are taken from it. */
  readonly parent?: Message | undefined;
  /**
   * The call's queue: this message is dispatched in its turn. Sent with a `parent` of the same
   * lane that is being handled, it is part of that turn and does not wait for itself.
   */
  readonly lane?: Lane | undefined;
  /** Only handlers behind this priority: the same chain, behind the one who asks. */
  readonly after?: number | undefined;
  /** Another node, or one boot of it. A survey goes to this node, or with `'*'` to all. */
  readonly to?: string | Destination | undefined;
  /** How long another node may take, ms; default 2,000. */
  readonly timeoutMs?: number | undefined;
}

/** Answers of a survey, each with the node it came from. */
export interface Gathered<A> {
  readonly answers: readonly { readonly node: string; readonly answer: A }[];
  /** Nodes that did not answer in time. */
  readonly unanswered: readonly string[];
  readonly faults: readonly unknown[];
}
