import type { Clock } from '@tandem/engine';

/**
 * The instants of one leg. Kept as monotonic readings: wall times are the start plus the span,
 * so a clock that is set in mid-call changes no duration. What counts starts at the next whole
 * millisecond: whatever is above zero pays.
 */
export class LegTimes {
  readonly #clock: Clock;
  readonly #startedMs: number;
  /** Wall time of the begin, epoch ms. */
  readonly startedAt: number;
  /** Monotonic instants, once they have been. */
  ringingMs: number | undefined = undefined;
  answeredMs: number | undefined = undefined;
  endedMs: number | undefined = undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.startedAt = clock.now();
    this.#startedMs = clock.monotonicMs();
  }

  /** It rings now; the first ringing counts. */
  ring(): void {
    this.ringingMs ??= this.#clock.monotonicMs();
  }

  /** It was answered `agoMs` ago, but not before it began. */
  answer(agoMs: number): void {
    this.answeredMs = Math.max(this.#startedMs, this.#clock.monotonicMs() - agoMs);
  }

  /** It ended `agoMs` ago, but not before it was answered. */
  end(agoMs: number): void {
    const earliestMs = this.answeredMs ?? this.#startedMs;
    this.endedMs = Math.max(earliestMs, this.#clock.monotonicMs() - agoMs);
  }

  /** From begin to end, or until now, ms. */
  get durationMs(): number {
    return Math.ceil(this.#lastMs - this.#startedMs);
  }

  /** From answer to end, or until now, ms; 0 without an answer. */
  get talkMs(): number {
    return this.answeredMs === undefined ? 0 : Math.ceil(this.#lastMs - this.answeredMs);
  }

  /** From the first ringing to answer or end, ms. */
  get ringMs(): number {
    if (this.ringingMs === undefined) return 0;
    return Math.max(0, Math.round((this.answeredMs ?? this.#lastMs) - this.ringingMs));
  }

  /** Wall time of a monotonic instant, epoch ms. */
  wallOf(instantMs: number): number {
    return this.startedAt + Math.round(instantMs - this.#startedMs);
  }

  get #lastMs(): number {
    return this.endedMs ?? this.#clock.monotonicMs();
  }
}
