import type { Membership, NodeState } from '@tandem/messages';

/** Where this node is in its life; the others hear each step. */
export class Lifecycle {
  readonly #membership: Membership;
  #state: NodeState = 'starting';

  constructor(membership: Membership) {
    this.#membership = membership;
  }

  get state(): NodeState {
    return this.#state;
  }

  /** It takes calls, unless it has begun to end in the meantime. */
  becomeUp(): void {
    if (this.#state === 'starting') this.#become('up');
  }

  /** It takes no new calls. */
  becomeDraining(): void {
    if (this.#state !== 'dead') this.#become('draining');
  }

  #become(state: NodeState): void {
    this.#state = state;
    this.#membership.announce(state);
  }
}
