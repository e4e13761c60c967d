import type { TimerWheel } from '@tandem/engine';

/** Node's timers fire up to that late by themselves: they count whole milliseconds, rounded up. */
const TIMER_GRAIN_MS = 2;

/**
 * How late the event loop is: what calls wait when the node has too much to do. Told by how late
 * the engine's timers are woken, which run by the dozen a second while there are calls; a probe of
 * its own would wake an idle node fifty times a second.
 */
export class LoopLag {
  readonly #wheel: Pick<TimerWheel, 'takeLateness'>;
  #lagMs = 0;

  constructor(wheel: Pick<TimerWheel, 'takeLateness'>) {
    this.#wheel = wheel;
  }

  /** The worst of the last period, ms. */
  get lagMs(): number {
    return this.#lagMs;
  }

  /** Ends a period; called once a second. */
  turn(): void {
    const lateMs = this.#wheel.takeLateness() - TIMER_GRAIN_MS;
    this.#lagMs = Math.max(0, Math.round(lateMs * 10) / 10);
  }
}
