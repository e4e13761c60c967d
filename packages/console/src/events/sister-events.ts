import type { Bus } from '@tandem/engine';
import type { Membership } from '@tandem/messages';
import type { EventFeed } from './event-feed.ts';

/** How often sisters are told that somebody listens here, ms. */
export const LISTEN_PERIOD_MS = 4_000;
/** How long one word of it counts: two may be lost, ms. */
const LISTEN_FOR_MS = 13_000;

/** Asks all sisters for what happens there, as long as somebody listens here. */
export class SisterEvents {
  readonly #bus: Bus;
  readonly #membership: Membership;
  readonly #feed: EventFeed;

  constructor(bus: Bus, membership: Membership, feed: EventFeed) {
    this.#bus = bus;
    this.#membership = membership;
    this.#feed = feed;
  }

  /** Says so to all of them, or to one that has come. Never throws. */
  ask(node?: string): void {
    if (!this.#feed.isWanted) return;
    const nodes = node === undefined ? this.#living : [node];
    for (const sister of nodes) void this.#tell(sister);
  }

  get #living(): readonly string[] {
    const living = this.#membership.peers.filter(({ state }) => state !== 'dead');
    return living.map(({ node }) => node);
  }

  async #tell(node: string): Promise<void> {
    try {
      await this.#bus.tell('console.listen', { forMs: LISTEN_FOR_MS }, { to: node });
    } catch {
      // Cut off, or gone: asked again a moment later.
    }
  }
}
