import type { Bus, Log, StopTimer } from '@tandem/engine';
import type { Membership, MembershipChange } from '@tandem/messages';
import type { ClusterLeg } from './cluster-leg.ts';
import type { LinkTable } from './link-table.ts';

/** Legs that were silent for so long are compared with the other node, ms. */
const SILENT_MS = 30_000;
/** Time between two looks for silent legs, ms. */
const LOOK_PERIOD_MS = 10_000;
/** How long the other node may take to compare, ms. */
const SYNC_TIMEOUT_MS = 3_000;

/** Holds the legs between nodes against what the mesh tells: deaths, cuts, reconnections. */
export class LinkKeeper {
  readonly #bus: Bus;
  readonly #log: Log;
  readonly #membership: Membership;
  readonly #table: LinkTable;
  readonly #stopListening: StopTimer;
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
  }

  #onChange(change: MembershipChange): void {
    if (change.kind === 'disconnected') {
      for (const link of this.#table.links) (link.owner as ClusterLeg).disconnected();
      return;
    }
    if (change.kind === 'connected') {
      for (const link of this.#table.links) (link.owner as ClusterLeg).reconnected();
      this.#syncAll(0);
      return;
    }
    const { peer, former } = change;
    const deadBoot = peer.state === 'dead' ? peer.boot : former?.boot;
    if (deadBoot === undefined || (deadBoot === peer.boot && peer.state !== 'dead')) return;
    for (const link of this.#table.linksTo(peer.node)) {
      // A leg that nobody has taken yet has its own timer.
      if (link.boot === deadBoot) (link.owner as ClusterLeg).lose(`node ${peer.node} is dead`);
    }
  }

  #look(): void {
    this.#stopLooking = this.#bus.wheel.after(LOOK_PERIOD_MS, () => {
      this.#look();
      if (this.#membership.isConnected) this.#syncAll(SILENT_MS);
    });
  }

  /** Compares with every boot that has legs with us, of which one was silent for so long. */
  #syncAll(silentMs: number): void {
    const limitMs = this.#table.monotonicMs() - silentMs;
    const boots = new Map<string, { node: string; boot: string }>();
    for (const { node, boot, heardMs } of this.#table.links) {
      if (boot !== undefined && heardMs <= limitMs) boots.set(`${node} ${boot}`, { node, boot });
    }
    for (const { node, boot } of boots.values()) void this.#sync(node, boot);
  }

  async #sync(node: string, boot: string): Promise<void> {
    const links = this.#table.linksTo(node, boot).map((link) => link.report);
    const params = { boot: this.#membership.self.boot, links };
    try {
      const options = { to: { node, boot }, timeoutMs: SYNC_TIMEOUT_MS };
      const answer = await this.#bus.ask('leg.sync', params, options);
      if (answer !== undefined) this.#table.compare(node, boot, answer.links);
    } catch (fault) {
      // The mesh judges whether the node is dead; until then the legs stay as they are.
      this.#log.warn('legs could not be compared', { peer: node, fault: String(fault) });
    }
  }
}
