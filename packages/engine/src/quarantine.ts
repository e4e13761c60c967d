import type { Clock } from './clock.ts';

/** Faults in a row after which a handler is not asked for a while. */
const FAULTS_MAX = 5;
/** First pause; each further fault doubles it. */
const PAUSE_FIRST_MS = 1_000;
const PAUSE_MAX_MS = 60_000;

/**
 * Keeps a handler that fails again and again from being asked: after five faults in a row it
 * pauses for a second, doubled with each further fault up to a minute; one success ends it.
 */
export class Quarantine {
  readonly #clock: Clock;
  readonly #faultsMax: number;
  #faults = 0;
  #untilMs = 0;
  #pauseMs = 0;

  constructor(clock: Clock, isAlwaysAsked = false) {
    this.#clock = clock;
    this.#faultsMax = isAlwaysAsked ? Infinity : FAULTS_MAX;
  }

  /** Faults since the last success. */
  get faults(): number {
    return this.#faults;
  }

  /** How long the present pause was when it began, ms. */
  get pauseMs(): number {
    return this.#pauseMs;
  }

  /** Whether the handler may not be asked now. Costs a clock read only after five faults. */
  get isActive(): boolean {
    return this.#faults >= this.#faultsMax && this.#clock.monotonicMs() < this.#untilMs;
  }

  /** Counts a fault; true if it begins or prolongs the pause. */
  fault(): boolean {
    this.#faults++;
    const beyond = this.#faults - this.#faultsMax;
    if (beyond < 0) return false;
    this.#pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** Math.min(beyond, 16));
    this.#untilMs = this.#clock.monotonicMs() + this.#pauseMs;
    return true;
  }

  /** Forgets the faults; true if that ends a quarantine. */
  success(): boolean {
    if (this.#faults === 0) return false;
    const isEnd = this.#faults >= this.#faultsMax;
    this.#faults = 0;
    return isEnd;
  }
}
