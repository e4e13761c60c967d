import type { Clock, Log, StopTimer } from '@tandem/engine';
import type { Membership, MembershipChange, NodeIdentity, NodeState, Peer } from '@tandem/messages';
import { type Beat, decodeBeat, encodeBeat } from './beat.ts';
import {
  BLIND_AFTER_RECONNECTION_MS,
  JUDGE_PERIOD_MS,
  judgeSilence,
  LAGGING_AFTER_MS,
} from './silence.ts';
import { Subjects } from './subjects.ts';
import type { Transport } from './transport.ts';

/** Nodes a mesh may have: beyond it, beats of new names are dropped. */
const PEERS_MAX = 256;

/** What membership needs. */
export interface MembershipOptions {
  readonly identity: NodeIdentity;
  readonly version: string;
  readonly transport: Transport;
  readonly subjects: Subjects;
  readonly clock: Clock;
  readonly log: Log;
  /** SIP addresses at which this node listens. */
  readonly addresses: () => readonly string[];
  /** Calls it carries now. */
  readonly calls: () => number;
  /** Finds out whether anybody listens under that name; `onNobody` is told if not. */
  readonly probe: (node: string, boot: string) => void;
}

interface PeerRecord {
  peer: Peer;
  heardMs: number;
}

/**
 * Who is there: beats once a second, three missed are a death; a bye or nobody listening is one
 * at once. A node that lost its own connection passes no verdict, and for three beats after the
 * reconnection neither. The time in which it stood still itself counts as nobody's silence.
 */
export class MeshMembership implements Membership {
  readonly #options: MembershipOptions;
  readonly #records = new Map<string, PeerRecord>();
  readonly #listeners = new Set<(change: MembershipChange) => void>();
  readonly #stops: StopTimer[];
  #state: NodeState = 'starting';
  /** When this node last heard its own beat: proof that it is heard. */
  #echoMs = Number.NEGATIVE_INFINITY;
  /** No verdicts before this. */
  #blindUntilMs = 0;
  /** When silence was judged last. */
  #judgedMs: number | undefined;
  /** Another living node with our name, if one was heard. */
  #twin: string | undefined;

  constructor(options: MembershipOptions) {
    this.#options = options;
    const { transport, subjects } = options;
    this.#stops = [
      transport.subscribe(subjects.beats, ({ subject, data }) => {
        const beat = subjects.isOurs(subject) ? decodeBeat(data) : undefined;
        if (beat) this.#onBeat(Subjects.senderOf(subject), beat);
      }),
      transport.onConnection((isConnected) => this.#onConnection(isConnected)),
    ];
  }

  get self(): NodeIdentity {
    return this.#options.identity;
  }

  get ownCalls(): number {
    return this.#options.calls();
  }

  get peers(): readonly Peer[] {
    return [...this.#records.values()].map(({ peer }) => peer);
  }

  get isConnected(): boolean {
    return this.#options.transport.isConnected;
  }

  /** Connected, and its own beat came back within two periods: others hear it too. */
  get isHeard(): boolean {
    const agoMs = this.#options.clock.monotonicMs() - this.#echoMs;
    return this.isConnected && agoMs < LAGGING_AFTER_MS;
  }

  /** Connected for long enough that a node which was not heard is not there. */
  get mayJudge(): boolean {
    return this.isConnected && this.#options.clock.monotonicMs() >= this.#blindUntilMs;
  }

  /** The boot of another living node that bears our name, if one was heard. */
  get twin(): string | undefined {
    return this.#twin;
  }

  /** Names of the nodes that answer now. */
  get living(): readonly string[] {
    return this.peers.filter(({ state }) => state !== 'dead').map(({ node }) => node);
  }

  find(node: string): Peer | undefined {
    return this.#records.get(node)?.peer;
  }

  announce(state: NodeState): void {
    this.#state = state;
    this.#beat(false);
  }

  onChange(listener: (change: MembershipChange) => void): StopTimer {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Says that this node lives: once in BEAT_PERIOD_MS. */
  beat(): void {
    this.#beat(false);
  }

  /** Judges the silence of the others: once in JUDGE_PERIOD_MS. */
  judge(): void {
    this.#forgivePause();
    if (!this.mayJudge) return;
    const nowMs = this.#options.clock.monotonicMs();
    for (const [node, { peer, heardMs }] of this.#records) {
      const silentMs = nowMs - heardMs;
      const verdict = judgeSilence(silentMs, peer.state === 'dead');
      if (verdict === 'forgotten') this.#records.delete(node);
      else if (verdict === 'dead') this.#die(node, `silent for ${Math.round(silentMs)} ms`);
      else if (verdict !== 'well' && peer.state === 'up') {
        this.#update(node, { ...peer, state: 'lagging' });
      }
      if (verdict === 'missing') this.#options.probe(node, peer.boot);
    }
  }

  /**
   * A process that was stopped, or had too much to do, has heard nobody meanwhile: what they said
   * lies in its sockets and is read after this.
   */
  #forgivePause(): void {
    const nowMs = this.#options.clock.monotonicMs();
    const pausedMs = nowMs - (this.#judgedMs ?? nowMs) - JUDGE_PERIOD_MS;
    this.#judgedMs = nowMs;
    if (pausedMs <= JUDGE_PERIOD_MS) return;
    for (const record of this.#records.values()) record.heardMs += pausedMs;
  }

  /**
   * Nobody listens under that name: it is dead now, if the boot is the one that we know. Not
   * right after our own reconnection: the others may still be on their way back.
   */
  onNobody(node: string, boot: string | undefined): void {
    if (!this.mayJudge) return;
    const peer = this.find(node);
    if (peer === undefined || peer.state === 'dead') return;
    if (boot !== undefined && boot !== peer.boot) return;
    this.#die(node, 'nobody listens there');
  }

  /** Says farewell: the others route nothing here from now on. */
  bye(): void {
    this.#state = 'dead';
    this.#beat(true);
  }

  close(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  #beat(isBye: boolean): void {
    const { transport, subjects, identity, version, addresses, calls } = this.#options;
    if (!transport.isConnected) return;
    const sees = Object.fromEntries(this.peers.map(({ node, state }) => [node, state]));
    const beat: Beat = {
      v: 1,
      boot: identity.boot,
      version,
      state: this.#state,
      addresses: [...addresses()],
      calls: calls(),
      isBye,
      sees,
    };
    transport.publish(subjects.beat, encodeBeat(beat));
  }

  #onBeat(node: string, beat: Beat): void {
    const { identity, clock, log } = this.#options;
    const nowMs = clock.monotonicMs();
    if (node === identity.node) {
      if (beat.boot === identity.boot) this.#echoMs = nowMs;
      else this.#onTwin(beat);
      return;
    }
    const former = this.find(node);
    if (former === undefined && this.#records.size >= PEERS_MAX) return;
    if (former !== undefined && former.boot !== beat.boot && former.state !== 'dead') {
      // One that only begins may be a twin, who is refused and says farewell in a moment.
      if (beat.isBye || beat.state === 'starting') return;
      this.#die(node, 'it was started anew');
    }
    const peer: Peer = {
      node,
      boot: beat.boot,
      version: beat.version,
      state: beat.isBye ? 'dead' : beat.state,
      addresses: beat.addresses,
      calls: beat.calls,
      lastSeenAt: clock.now(),
      sees: beat.sees,
    };
    this.#records.set(node, { peer, heardMs: nowMs });
    if (former?.state !== peer.state || former.boot !== peer.boot) {
      log.info('a node changed', { peer: node, boot: peer.boot, state: peer.state });
      this.#tell({ kind: 'peer', peer, former });
    }
  }

  /** A beat under our own name, of another boot: whoever was there first answers at once. */
  #onTwin(beat: Beat): void {
    const { identity, log } = this.#options;
    if (beat.isBye) {
      this.#twin = undefined;
    } else if (beat.state === 'starting' && this.#state !== 'starting') {
      log.error('another node was started under our name', { boot: beat.boot });
      this.#beat(false);
    } else if (beat.state !== 'starting' || beat.boot < identity.boot) {
      this.#twin = beat.boot;
    }
  }

  #die(node: string, why: string): void {
    const record = this.#records.get(node)!;
    if (record.peer.state === 'dead') return;
    this.#options.log.warn('a node is dead to us', { peer: node, boot: record.peer.boot, why });
    this.#update(node, { ...record.peer, state: 'dead' });
  }

  #update(node: string, peer: Peer): void {
    const record = this.#records.get(node)!;
    const former = record.peer;
    record.peer = peer;
    this.#tell({ kind: 'peer', peer, former });
  }

  #onConnection(isConnected: boolean): void {
    const nowMs = this.#options.clock.monotonicMs();
    if (isConnected) {
      this.#blindUntilMs = nowMs + BLIND_AFTER_RECONNECTION_MS;
      for (const record of this.#records.values()) {
        if (record.peer.state !== 'dead') record.heardMs = nowMs;
      }
      this.#beat(false);
    }
    this.#tell({ kind: isConnected ? 'connected' : 'disconnected' });
  }

  #tell(change: MembershipChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}
