import type { StopTimer, TimerWheel } from '@tandem/engine';

import type { Flow } from '../transport/flow.ts';
import type { Target } from '../transport/target.ts';
import { literalTarget } from './literal-target.ts';
import type { RequestPath } from './outgoing-options.ts';
import type { RequestFailure } from './outgoing-request.ts';

/** What turns targets into flows. */
export interface HopSource {
  readonly wheel: TimerWheel;
  readonly resolveTimeoutMs: number;
  flowTo(target: Target, listenerName: string | undefined): Flow | undefined;
  resolve(uri: string): Promise<readonly Target[]>;
  /** Those that wait for the resolver, to be told when the stack closes. */
  readonly searches: Set<NextHop>;
}

/** Who wants to send. */
export interface NextHopUser {
  /** A flow to send on: at once for literal addresses, and again after each `tryNext`. */
  onHop(flow: Flow): void;
  /** There is none; never called inside `start`. */
  onNoHop(failure: RequestFailure): void;
}

/** The search for the next hop of one request (RFC 3263), target after target. */
export class NextHop {
  readonly #source: HopSource;
  readonly #user: NextHopUser;
  #targets: readonly Target[] = [];
  #next = 0;
  #listener: string | undefined;
  #connection: Flow | undefined;
  #isAbandoned = false;
  #stopWaiting: StopTimer | undefined;

  constructor(source: HopSource, user: NextHopUser) {
    this.#source = source;
    this.#user = user;
  }

  /** `uri`: topmost Route or Request-URI, asked only where `path` does not say. */
  start(path: RequestPath | undefined, uri: string): void {
    this.#listener = path?.listener;
    this.#connection = path?.connection;
    if (path?.flow !== undefined) {
      this.#user.onHop(path.flow);
      return;
    }
    if (path?.targets !== undefined) {
      this.#take(path.targets, uri);
      return;
    }
    const literal = literalTarget(uri);
    if (literal !== undefined) this.#take([literal], uri);
    else void this.#resolve(uri);
  }

  /** After a transport error: whether another target is being tried. */
  tryNext(): boolean {
    while (!this.#isAbandoned && this.#next < this.#targets.length) {
      const target = this.#targets[this.#next++];
      const flow =
        target && (this.#reusable(target) ?? this.#source.flowTo(target, this.#listener));
      if (flow !== undefined) {
        this.#user.onHop(flow);
        return true;
      }
    }
    return false;
  }

  /** Nothing more is to be tried, and what the resolver may still say is not wanted. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#endSearch();
  }

  /** Ends the search without a hop. */
  fail(message: string): void {
    if (this.#isAbandoned) return;
    this.abandon();
    this.#user.onNoHop({ kind: 'unresolvable', status: 503, message });
  }

  #reusable(target: Target): Flow | undefined {
    const open = this.#connection;
    if (open === undefined || !open.isReliable || !open.isOpen) return undefined;
    const isSame = open.transport === target.transport && open.remoteAddress === target.address;
    return isSame ? open : undefined;
  }

  #take(targets: readonly Target[], uri: string): void {
    this.#targets = targets;
    if (this.tryNext()) return;
    const message =
      targets.length === 0
        ? `no address found for ${uri}`
        : `no listener or no room for a connection to ${uri}`;
    queueMicrotask(() => this.fail(message));
  }

  async #resolve(uri: string): Promise<void> {
    const { wheel, resolveTimeoutMs, searches } = this.#source;
    searches.add(this);
    this.#stopWaiting = wheel.after(resolveTimeoutMs, () =>
      this.fail(`${uri} was not resolved in time`),
    );
    let targets: readonly Target[] = [];
    try {
      targets = await this.#source.resolve(uri);
    } catch {
      // A name that cannot be resolved has no address: the message says as much.
    }
    if (this.#isAbandoned) return;
    this.#endSearch();
    this.#take(targets, uri);
  }

  #endSearch(): void {
    this.#stopWaiting?.();
    this.#stopWaiting = undefined;
    this.#source.searches.delete(this);
  }
}
