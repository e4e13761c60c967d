import type { Bus, StopTimer } from '@tandem/engine';
import type { FeedEvent } from './feed-event.ts';

/** Sisters that may listen; a cluster has fewer nodes. */
const LISTENERS_MAX = 64;
/** Events are sent together: one message for many, ms. */
const FLUSH_MS = 150;
/** What is sent at once at most, in events and characters: well below what one message may hold. */
const BATCH_EVENTS_MAX = 200;
const BATCH_CHARACTERS_MAX = 100_000;

/**
 * Sisters whose consoles somebody looks at, and what is sent to them. It costs nothing while there
 * are none; however much happens, one bounded message per sister goes out in 150 ms, and says how
 * many events did not fit.
 */
export class SisterListeners {
  readonly #bus: Bus;
  /** Until when each one listens, monotonic ms. */
  readonly #untilMs = new Map<string, number>();
  #batch: FeedEvent[] = [];
  #characters = 0;
  #lost = 0;
  #stopFlush: StopTimer | undefined;

  constructor(bus: Bus) {
    this.#bus = bus;
  }

  /** Whether any sister listens. */
  get areThere(): boolean {
    return this.#untilMs.size > 0;
  }

  /** A sister listens from now on, for some time. */
  hear(node: string, forMs: number): void {
    if (!this.#untilMs.has(node) && this.#untilMs.size >= LISTENERS_MAX) return;
    this.#untilMs.set(node, this.#bus.clock.monotonicMs() + forMs);
  }

  /** Something happened here. */
  offer(event: FeedEvent): void {
    if (!this.areThere) return;
    const isFull =
      this.#batch.length >= BATCH_EVENTS_MAX ||
      this.#characters + event.text.length > BATCH_CHARACTERS_MAX;
    if (isFull) this.#lost++;
    else {
      this.#batch.push(event);
      this.#characters += event.text.length;
    }
    this.#stopFlush ??= this.#bus.wheel.after(FLUSH_MS, () => this.#flush());
  }

  /** Sends nothing any more. */
  close(): void {
    this.#stopFlush?.();
    this.#stopFlush = undefined;
    this.#untilMs.clear();
  }

  #flush(): void {
    this.#stopFlush = undefined;
    const params = { events: this.#batch, lost: this.#lost };
    this.#batch = [];
    this.#characters = 0;
    this.#lost = 0;
    const nowMs = this.#bus.clock.monotonicMs();
    for (const [node, untilMs] of this.#untilMs) {
      if (untilMs < nowMs) this.#untilMs.delete(node);
      else void this.#tell(node, params);
    }
  }

  async #tell(
    node: string,
    params: { readonly events: readonly FeedEvent[]; readonly lost: number },
  ): Promise<void> {
    try {
      await this.#bus.tell('console.events', params, { to: node });
    } catch {
      // Cut off: whoever listens there sees that we do not answer, and asks again later.
    }
  }
}
