import type { Clock } from '@tandem/engine';

import { ExpiringMap } from '../bounds/expiring-map.ts';
import type { TransportName } from '../transport/flow.ts';
import type { Target } from '../transport/target.ts';

/** How long a target that failed stands behind its equals. */
const SUSPECT_MS = 30_000;
const SUSPECT_MAX_MS = 300_000;
const SUSPECTS_MAX = 4_000;

/** A target, or a flow to it. */
interface Place {
  readonly transport: TransportName;
  readonly address: string;
  readonly port: number;
}

/**
 * Targets that failed a request lately: refused, silent, or busy by their own word (503). They are
 * tried last, so that one dead server of a carrier costs its timeout once, not once for each call.
 */
export class SuspectTargets {
  readonly #until: ExpiringMap<true>;

  constructor(clock: Clock) {
    this.#until = new ExpiringMap(clock, SUSPECTS_MAX);
  }

  /** Suspects remembered. */
  get size(): number {
    return this.#until.size;
  }

  /** It failed; `forMs` where it said itself how long to leave it alone. */
  suspect(place: Place, forMs = SUSPECT_MS): void {
    this.#until.set(keyOf(place), true, Math.min(forMs, SUSPECT_MAX_MS));
  }

  /** It was heard again. */
  clear(place: Place): void {
    if (this.#until.size > 0) this.#until.delete(keyOf(place));
  }

  /** The same targets, suspects last, else in their order. */
  order(targets: readonly Target[]): readonly Target[] {
    if (this.#until.size === 0 || targets.length < 2) return targets;
    const suspects = targets.filter((target) => this.#until.has(keyOf(target)));
    if (suspects.length === 0) return targets;
    return [...targets.filter((target) => !suspects.includes(target)), ...suspects];
  }
}

function keyOf({ transport, address, port }: Place): string {
  return `${transport}|${address}|${port}`;
}
