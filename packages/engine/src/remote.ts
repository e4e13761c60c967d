import type { Cancellation } from './cancellation.ts';
import type { Extra } from './message.ts';
import type { CallFacts, MaybePromise } from './message-map.ts';
import type { TrailStep } from './trail.ts';

/** Another node, or one boot of it (whose successor must not get what was meant for it). */
export interface Destination {
  readonly node: string;
  readonly boot?: string;
}

/** What of a message crosses to another node. */
export interface RemoteMessage {
  readonly name: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly extra: readonly Extra[];
  /** Only the facts that were declared to cross. */
  readonly facts: CallFacts;
  /** How deep it nests in the handlers of others: keeps nodes from asking each other for ever. */
  readonly depth?: number | undefined;
}

/** What a question brought back from another node. */
export interface RemoteAnswer {
  readonly answer: unknown;
  /** The params as the handlers there left them. */
  readonly params: Readonly<Record<string, unknown>>;
  /** The extra params as they were left; absent: unchanged. */
  readonly extra?: readonly Extra[] | undefined;
  readonly steps: readonly TrailStep[];
}

/** Answers of a survey over all nodes. */
export interface RemoteGathered {
  readonly answers: readonly { readonly node: string; readonly answer: unknown }[];
  /** Nodes that did not answer in time, by name. */
  readonly unanswered: readonly string[];
}

/**
 * What the mesh installs so that `ask(…, { to })` works. Ask throws a TandemError when the node
 * is unreachable or late; tell throws at once when this node is cut off, and keeps the order of
 * what one node sends another.
 */
export interface Remote {
  ask(
    to: Destination,
    message: RemoteMessage,
    options: { timeoutMs: number; cancellation?: Cancellation | undefined },
  ): Promise<RemoteAnswer>;
  tell(to: Destination, message: RemoteMessage): MaybePromise<void>;
  gather(message: RemoteMessage, options: { timeoutMs: number }): Promise<RemoteGathered>;
}

/** What the bus gives the mesh, to run what came from another node. */
export interface RemoteReceiver {
  ask(from: string, message: RemoteMessage): Promise<RemoteAnswer>;
  tell(from: string, message: RemoteMessage): Promise<void>;
  gather(from: string, message: RemoteMessage): Promise<readonly unknown[]>;
}
