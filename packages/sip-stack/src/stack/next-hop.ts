import type { Clock, StopTimer, TimerWheel } from '@tandem/engine';

import type { LiteralTargets } from '../resolve/literal-targets.ts';
import type { SuspectTargets } from '../resolve/suspect-targets.ts';
import type { Flow } from '../transport/flow.ts';
import type { Target } from '../transport/target.ts';
import type { RequestPath } from './outgoing-options.ts';
import type { RequestFailure } from './outgoing-request.ts';

/** Targets of one request that may be silent to their timeout; a fourth is not waited for. */
const SILENT_TARGETS_MAX = 3;
/** A target that said nothing for this long when its INVITE was cancelled is held to be silent. */
const SILENCE_MS = 2_000;

const NO_TARGETS: readonly Target[] = [];

/** Why a target is given up: it refused the connection or packet, was silent, or answered 503. */
export type TargetFault = 'unreachable' | 'silent' | 'busy';

/** What turns targets into flows. */
export interface HopSource {
  readonly clock: Clock;
  readonly suspects: SuspectTargets;
  readonly literals: LiteralTargets;
  /** A request with more bytes does not go by datagram where a stream can be had. */
  readonly datagramBytesMax: number;
  readonly wheel: TimerWheel;
  readonly resolveTimeoutMs: number;
  flowTo(target: Target, listenerName: string | undefined): Flow | undefined;
  resolve(uri: string): Promise<readonly Target[]>;
  /** A stream to where that datagram flow leads; undefined where none can be had. */
  streamBeside(flow: Flow): Flow | undefined;
  /** The stream beside that flow was refused: it is not tried again for a while. */
  noteStreamRefused(flow: Flow): void;
  /** Those that wait for the resolver, to be told when the stack closes. */
  readonly searches: Set<NextHop>;
}

/** Who wants to send. */
export interface NextHopUser {
  /** A flow to send on: at once for literal addresses, and again for each further target. */
  onHop(flow: Flow): void;
  /** There is none; never called inside `start`. */
  onNoHop(failure: RequestFailure): void;
}

/** The search for the next hop of one request (RFC 3263), target after target. */
export class NextHop {
  readonly #source: HopSource;
  readonly #user: NextHopUser;
  #targets = NO_TARGETS;
  #next = 0;
  #target: Target | undefined;
  #triedAtMs = 0;
  #silentTargets = 0;
  /** Where a request too large for a datagram goes all the same, should its stream be refused. */
  #datagrams: Flow | undefined;
  #isStreamRefused = false;
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
    const literal = this.#source.literals.find(uri);
    if (literal !== undefined) this.#take([literal], uri);
    else void this.#resolve(uri);
  }

  /**
   * The target failed (RFC 3263 §4.3): whether another one is being tried. `busyForMs`: how long it
   * wants to be left alone by its own word.
   */
  failOver(fault: TargetFault, busyForMs?: number): boolean {
    if (fault !== 'busy' && this.#returnsToDatagrams()) return true;
    this.#suspect(busyForMs);
    if (fault === 'silent' && ++this.#silentTargets >= SILENT_TARGETS_MAX) return false;
    return this.#tryNext();
  }

  /** The target was heard. */
  hear(): void {
    this.#datagrams = undefined;
    if (this.#target !== undefined) this.#source.suspects.clear(this.#target);
  }

  /** Its INVITE was cancelled before anything was heard of it. */
  giveUpUnheard(): void {
    const { clock } = this.#source;
    if (clock.monotonicMs() - this.#triedAtMs >= SILENCE_MS) this.#suspect();
  }

  /** Nothing more is to be tried, and what the resolver may still say is not wanted. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#targets = NO_TARGETS;
    this.#endSearch();
  }

  /** Ends the search without a hop. */
  fail(message: string): void {
    if (this.#isAbandoned) return;
    this.abandon();
    this.#user.onNoHop({ kind: 'unresolvable', status: 503, message });
  }

  /**
   * Whether a request of that size changes to a stream (RFC 3261 §18.1.1): then `onHop` has been
   * called again with it. Never on a flow that the user named: it may be the only way to a peer.
   */
  movesToStream(flow: Flow, byteLength: number): boolean {
    if (flow.transport !== 'udp' || byteLength <= this.#source.datagramBytesMax) return false;
    if (this.#target === undefined || this.#isStreamRefused) return false;
    const stream = this.#source.streamBeside(flow);
    if (stream === undefined) return false;
    this.#datagrams = flow;
    this.#user.onHop(stream);
    return true;
  }

  #returnsToDatagrams(): boolean {
    const flow = this.#datagrams;
    if (flow === undefined || this.#isAbandoned) return false;
    this.#datagrams = undefined;
    this.#isStreamRefused = true;
    this.#source.noteStreamRefused(flow);
    this.#user.onHop(flow);
    return true;
  }

  #tryNext(): boolean {
    while (!this.#isAbandoned && this.#next < this.#targets.length) {
      const target = this.#targets[this.#next++];
      const flow =
        target && (this.#reusable(target) ?? this.#source.flowTo(target, this.#listener));
      if (flow !== undefined) {
        this.#target = target;
        this.#datagrams = undefined;
        this.#isStreamRefused = false;
        if (this.#targets.length > 1) this.#triedAtMs = this.#source.clock.monotonicMs();
        this.#user.onHop(flow);
        return true;
      }
    }
    return false;
  }

  // One that has no equals is tried anyway, so nothing needs to be remembered of it.
  #suspect(forMs?: number): void {
    if (this.#target === undefined || this.#targets.length < 2) return;
    this.#source.suspects.suspect(this.#target, forMs);
  }

  #reusable(target: Target): Flow | undefined {
    const open = this.#connection;
    if (open === undefined || !open.isOpen) return undefined;
    const isSame = open.transport === target.transport && open.remoteAddress === target.address;
    // A peer may have connected from any port; datagrams go to the one that is named.
    return isSame && (open.isReliable || open.remotePort === target.port) ? open : undefined;
  }

  #take(targets: readonly Target[], uri: string): void {
    this.#targets = this.#source.suspects.order(targets);
    if (this.#tryNext()) return;
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
