import { type Refusal, refuse } from '@tandem/messages';
import { Probe } from '../trunks/probe.ts';
import type { Trunk } from '../setup/trunk.ts';
import { Breaker, type Passage } from './breaker.ts';
import { CallRate } from './call-rate.ts';
import { QualityWindow } from './quality-window.ts';

/** An outbound trunk as this node sees it: outlives reloads of the set-up, so counts are kept. */
export class Carrier {
  readonly breaker = new Breaker();
  readonly quality = new QualityWindow();
  readonly probe = new Probe();
  readonly #rate = new CallRate();
  #active = 0;

  /** Branches to it that this node has now. */
  get active(): number {
    return this.#active;
  }

  /** Why it can take no call just now; undefined if it can. Nothing changes. */
  troubleOf({ breaker, party }: Trunk, nowMs: number): string | undefined {
    if (!this.breaker.isPassable(breaker, nowMs)) return 'its breaker is open';
    if (this.probe.report.state === 'down') return 'it does not answer OPTIONS';
    const { maxCalls = 0, maxCallsPerSecond = 0 } = party;
    if (maxCalls > 0 && this.#active >= maxCalls) return `it has ${maxCalls} calls, its limit`;
    if (this.#rate.hasRoom(maxCallsPerSecond, nowMs)) return undefined;
    return `it has ${maxCallsPerSecond} calls a second, its limit`;
  }

  /** Takes a place for a branch; `leave` gives it back. */
  enter(trunk: Trunk, nowMs: number): Passage | Refusal {
    const trouble = this.troubleOf(trunk, nowMs);
    if (trouble !== undefined) {
      const isOpen = !this.breaker.isPassable(trunk.breaker, nowMs);
      const isDown = this.probe.report.state === 'down';
      return refuse(isOpen || isDown ? 'unavailable' : 'limit', `trunk ${trunk.name}: ${trouble}`);
    }
    const passage = this.breaker.enter(trunk.breaker, nowMs) ?? 'call';
    this.#active++;
    this.#rate.count(trunk.party.maxCallsPerSecond ?? 0, nowMs);
    return passage;
  }

  /** A branch to it is gone. */
  leave(): void {
    this.#active = Math.max(0, this.#active - 1);
  }
}
