import type { BreakerSettings } from '../setup/trunk.ts';

/** How a call gets through a breaker: as one of many, or to see whether the carrier is back. */
export type Passage = 'call' | 'probe';

/** States as they are shown and told. */
export type BreakerState = 'closed' | 'open' | 'halfOpen';

/**
 * Leaves a carrier alone that fails.
 *
 *   closed ── so many failures in a row ──> open ── openSeconds ──> half-open
 *      ^                                      ^  a probe fails         │
 *      │                                      └────────────────────────┤
 *      └──────────────────────── so many probes succeed ───────────────┘
 *
 * A carrier that refuses a number or is busy is alive: only the statuses set count as failures.
 */
export class Breaker {
  #failures = 0;
  #openUntilMs: number | undefined;
  #probing = 0;
  #succeeded = 0;

  /** The state at a monotonic instant. */
  stateAt(nowMs: number): BreakerState {
    if (this.#openUntilMs === undefined) return 'closed';
    return nowMs < this.#openUntilMs ? 'open' : 'halfOpen';
  }

  /** How long it stays open, ms; 0 if it is not. */
  openMs(nowMs: number): number {
    return this.#openUntilMs === undefined ? 0 : Math.max(0, this.#openUntilMs - nowMs);
  }

  /** Whether a call would get through; nothing changes. */
  isPassable(settings: BreakerSettings, nowMs: number): boolean {
    const state = this.stateAt(nowMs);
    if (settings.failures === 0 || state === 'closed') return true;
    return state === 'halfOpen' && this.#probing + this.#succeeded < settings.probes;
  }

  /** Lets a call through, or not. Whoever got through tells how it went, once. */
  enter(settings: BreakerSettings, nowMs: number): Passage | undefined {
    if (!this.isPassable(settings, nowMs)) return undefined;
    if (settings.failures === 0 || this.stateAt(nowMs) === 'closed') return 'call';
    this.#probing++;
    return 'probe';
  }

  /** The carrier has answered, whatever it said. */
  succeeded(passage: Passage, settings: BreakerSettings): void {
    if (passage === 'call') {
      if (this.#openUntilMs === undefined) this.#failures = 0;
      return;
    }
    this.#endProbe();
    if (this.#openUntilMs !== undefined && ++this.#succeeded >= settings.probes) this.close();
  }

  /** The carrier has failed. A call begun before it opened, or another's probe, opens nothing anew. */
  failed(passage: Passage, settings: BreakerSettings, nowMs: number): void {
    if (passage === 'probe') {
      this.#endProbe();
      this.openFor(settings.openSeconds * 1_000, nowMs);
    } else if (this.#openUntilMs === undefined && settings.failures > 0) {
      if (++this.#failures >= settings.failures) {
        this.openFor(settings.openSeconds * 1_000, nowMs);
      }
    }
  }

  /** Nothing was learned: the caller gave up, or our side did. */
  left(passage: Passage): void {
    if (passage === 'probe') this.#endProbe();
  }

  /** Opens; a sister's hint does so, too. */
  openFor(spanMs: number, nowMs: number): void {
    this.#openUntilMs = nowMs + spanMs;
    this.#failures = 0;
    this.#succeeded = 0;
  }

  /** Closes. */
  close(): void {
    this.#openUntilMs = undefined;
    this.#failures = 0;
    this.#succeeded = 0;
  }

  #endProbe(): void {
    this.#probing = Math.max(0, this.#probing - 1);
  }
}
