import type { Bus, Log, StopTimer } from '@tandem/engine';
import type { Membership, MembershipChange, Peer } from '@tandem/messages';
import type { LegLink } from './leg-link.ts';
import type { LinkTable } from './link-table.ts';

/** Legs that were silent for so long are compared with the other node, ms. */
const SILENT_MS = 30_000;
/** Time between two looks for legs that have to be compared, ms. */
const LOOK_PERIOD_MS = 1_000;
/** How long the other node may take to compare, ms. */
const SYNC_TIMEOUT_MS = 3_000;
/** Legs that are compared in one question: far below what one datagram takes. */
const SYNC_LINKS_MAX = 500;
/** A death is seen within this. */
const SILENT_MS_MAX = 10_000;
/** Three missed beats: so long a node must have been silent before its established calls end. */
const DEAD_AFTER_MS = 3_000;

/** Holds the legs between nodes against what the mesh tells: deaths, cuts, reconnections. */
export class LinkKeeper {
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #membership: Membership;
  readonly #table: LinkTable;
  readonly #stopListening: StopTimer;
  /** Boots with which legs are being compared now, as `node boot`. */
  readonly #asking = new Set<string>();
  readonly #verdicts = new Set<StopTimer>();
  #stopLooking: StopTimer = () => undefined;

  constructor(bus: Bus, log: Log, membership: Membership, table: LinkTable) {
    this.#bus = bus;
    this.#log = log;
    this.#membership = membership;
    this.#table = table;
    this.#stopListening = membership.onChange((change) => this.#onChange(change));
    this.#look();
  }

  /** Stops listening to the mesh. */
  stop(): void {
    this.#stopListening();
    this.#stopLooking();
    for (const stop of this.#verdicts) stop();
    this.#verdicts.clear();
  }

  #onChange(change: MembershipChange): void {
    if (change.kind === 'disconnected') {
      this.#table.suspend();
      for (const { owner } of this.#table.links) owner?.beginPatience();
    } else if (change.kind === 'connected') {
      // From here on the other end has its time to be found again.
      for (const { owner, isSuspended } of this.#table.links)
        if (isSuspended) owner?.beginPatience();
      this.#compareUncertain();
    } else this.#onPeer(change.peer, change.former);
  }

  #onPeer(peer: Peer, former: Peer | undefined): void {
    const isSuccessor = former !== undefined && former.boot !== peer.boot;
    if (isSuccessor) this.#lose(former);
    if (peer.state === 'dead') this.#judge(peer);
    else if (former?.state === 'dead' && !isSuccessor) this.#compareUncertain();
  }

  /**
   * A dead node gets no new calls from now on. Its established ones end when it has missed three
   * beats: one that nobody could reach may just be reconnecting, and comes back with its calls.
   */
  #judge({ node, boot, lastSeenAt }: Peer): void {
    const silentMs = Math.max(0, this.#bus.clock.now() - lastSeenAt);
    if (silentMs >= DEAD_AFTER_MS) return this.#lose({ node, boot, lastSeenAt });
    const stop = this.#bus.wheel.after(DEAD_AFTER_MS - silentMs, () => {
      this.#verdicts.delete(stop);
      const peer = this.#membership.find(node);
      const isBack = peer?.boot === boot && peer.state !== 'dead';
      if (!isBack && this.#membership.isConnected) this.#lose({ node, boot, lastSeenAt });
    });
    this.#verdicts.add(stop);
  }

  #lose({ node, boot, lastSeenAt }: Pick<Peer, 'node' | 'boot' | 'lastSeenAt'>): void {
    const seenAgoMs = Math.max(0, this.#bus.clock.now() - lastSeenAt);
    // By the wall clock, which somebody may have set: more than this is no silence.
    const silentMs = Math.min(seenAgoMs, SILENT_MS_MAX);
    for (const link of this.#table.links) {
      // A leg that nobody has taken yet has its own timer.
      if (link.node !== node || link.boot !== boot) continue;
      link.owner?.lose(`node ${node} is dead`, silentMs);
    }
  }

  #look(): void {
    this.#stopLooking = this.#bus.wheel.after(LOOK_PERIOD_MS, () => {
      this.#look();
      if (this.#membership.isConnected) this.#compareUncertain();
    });
  }

  #compareUncertain(): void {
    const boots = new Map<string, LegLink[]>();
    for (const link of this.#table.uncertain(SILENT_MS)) {
      const boot = link.boot ?? this.#membership.find(link.node)?.boot;
      if (boot === undefined) continue;
      const id = `${link.node} ${boot}`;
      const links = boots.get(id);
      if (links === undefined) boots.set(id, [link]);
      else links.push(link);
    }
    for (const [id, links] of boots) {
      if (!this.#asking.has(id)) void this.#compare(id, links);
    }
  }

  async #compare(id: string, links: readonly LegLink[]): Promise<void> {
    this.#asking.add(id);
    const [{ node }] = links as readonly [LegLink];
    const boot = id.slice(node.length + 1);
    const options = { to: { node, boot }, timeoutMs: SYNC_TIMEOUT_MS };
    try {
      for (let first = 0; first < links.length; first += SYNC_LINKS_MAX) {
        const asked = links.slice(first, first + SYNC_LINKS_MAX);
        const reports = asked.map((link) => link.report);
        const params = { boot: this.#membership.self.boot, links: reports };
        const answer = await this.#bus.ask('leg.sync', params, options);
        if (answer !== undefined) this.#table.settle(asked, answer.links);
      }
    } catch (fault) {
      // Tried again at the next look. The mesh judges whether the node is dead.
      this.#log.debug('legs could not be compared', { peer: node, fault: String(fault) });
    } finally {
      this.#asking.delete(id);
    }
  }
}
