import type { Clock } from '@tandem/engine';

interface Entry<Value> {
  readonly value: Value;
  readonly untilMs: number;
}

/**
 * A memory with two bounds: each entry ends by itself, and when there are too many the one written
 * longest ago goes. Needs no timer: what has ended is found out when it is asked for.
 */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, Entry<Value>>();

  constructor(
    readonly clock: Clock,
    readonly entriesMax: number,
  ) {}

  /** Entries held, those included that have ended and were not asked for since. */
  get size(): number {
    return this.#entries.size;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.untilMs > this.clock.monotonicMs()) return entry.value;
    this.#entries.delete(key);
    return undefined;
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  set(key: string, value: Value, lifeMs: number): void {
    // Written anew, it is the youngest.
    this.#entries.delete(key);
    this.#entries.set(key, { value, untilMs: this.clock.monotonicMs() + lifeMs });
    if (this.#entries.size <= this.entriesMax) return;
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest);
      return;
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** What has not ended, with the time that is left to each. */
  living(): { key: string; value: Value; restMs: number }[] {
    const nowMs = this.clock.monotonicMs();
    const found: { key: string; value: Value; restMs: number }[] = [];
    for (const [key, { value, untilMs }] of this.#entries) {
      if (untilMs > nowMs) found.push({ key, value, restMs: untilMs - nowMs });
    }
    return found;
  }
}
