import type { Clock } from '@tandem/engine';

/**
 * How long what comes may wait in standing overload before new calls are refused, ms: early enough
 * that a queue this long is gone through before peers send it again.
 */
const STANDING_MS = 300;
/** The same for a rush out of calm: just below T1 (RFC 3261 §17.1.1.1), when peers send again. */
const RUSH_MS = 450;
/** Calm has come when nothing has waited for as long as in standing overload for so long. */
const CALM_AFTER_MS = 10_000;

/** What tells how late a node is. */
export interface LatenessMeter {
  readonly clock: Clock;
  /** How long the oldest datagram has waited, ms. */
  waitedMs(): number;
  /** How late the event loop was in the last second, ms. */
  lagMs(): number;
  /** Lag above which new calls are refused, ms; 0: never. */
  limitMs(): number;
}

/**
 * Whether a node has too much to do to take new calls. A rush out of calm, as a pause of the
 * machine leaves behind, is worked off without refusing anybody if that can be done before peers
 * send again. Where the queue grows beyond it, or stays, the node is overloaded, and refuses from
 * a shorter wait on: else most of its time would go into what was sent twice.
 */
export class Overload {
  readonly #meter: LatenessMeter;
  /** Monotonic ms until which there is no calm. */
  #calmAtMs = 0;

  constructor(meter: LatenessMeter) {
    this.#meter = meter;
  }

  /** Whether a new call is to be refused now; a refusal for its wait puts off calm. */
  refuses(): boolean {
    const { clock } = this.#meter;
    const limitMs = this.#meter.limitMs();
    if (limitMs === 0) return false;
    const waitedMs = this.#meter.waitedMs();
    if (waitedMs > Math.min(limitMs, STANDING_MS)) {
      const nowMs = clock.monotonicMs();
      const isCalm = nowMs >= this.#calmAtMs;
      if (!isCalm || waitedMs > Math.min(limitMs, RUSH_MS)) {
        this.#calmAtMs = nowMs + CALM_AFTER_MS;
        return true;
      }
    }
    return this.#meter.lagMs() > limitMs;
  }
}
