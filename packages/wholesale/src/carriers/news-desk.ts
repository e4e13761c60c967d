import type { Clock } from '@tandem/engine';
import type { Setup } from '../setup/setup.ts';
import type { BreakerState } from './breaker.ts';
import type { CarrierDesk } from './carrier-desk.ts';
import type { CarrierNews } from './carrier-news.ts';

/** Counts are told this often, ms: they choose among carriers that work, and may be old. */
const COUNTS_PERIOD_MS = 5_000;

/** Finds out what is new of carriers, and takes in what sisters tell. */
export class NewsDesk {
  readonly #desk: CarrierDesk;
  readonly #clock: Clock;
  readonly #node: string;
  readonly #told = new Map<string, BreakerState>();
  #countsAtMs = -Infinity;

  constructor(desk: CarrierDesk, clock: Clock, node: string) {
    this.#desk = desk;
    this.#clock = clock;
    this.#node = node;
  }

  /** What sisters do not know yet; undefined if that is nothing. */
  collect(): CarrierNews | undefined {
    const nowMs = this.#clock.monotonicMs();
    const opened: CarrierNews['opened'] = [];
    const closed: string[] = [];
    for (const [trunk, { breaker }] of this.#desk.carriers) {
      const state = breaker.stateAt(nowMs);
      const before = this.#told.get(trunk) ?? 'closed';
      if (state === before) continue;
      this.#told.set(trunk, state);
      if (state === 'open') opened.push({ trunk, openMs: breaker.openMs(nowMs) });
      else if (state === 'closed') closed.push(trunk);
    }
    const counts = this.#counts(nowMs);
    if (opened.length + closed.length + counts.length === 0) return undefined;
    return { node: this.#node, opened, closed, counts };
  }

  /**
   * A carrier that a sister found dead is left alone here, too, though never longer than our own
   * breaker would; one that she found alive may be probed at once.
   */
  hear({ node, opened, closed, counts }: CarrierNews, setup: Setup | undefined): void {
    const nowMs = this.#clock.monotonicMs();
    for (const { trunk, openMs } of opened) {
      const settings = setup?.trunk(trunk)?.breaker;
      if (settings === undefined || settings.failures === 0) continue;
      const { breaker } = this.#desk.carrierOf(trunk);
      if (breaker.stateAt(nowMs) !== 'closed') continue;
      breaker.openFor(Math.min(openMs, settings.openSeconds * 1_000), nowMs);
      // What she told us is not told back.
      this.#told.set(trunk, 'open');
    }
    for (const trunk of closed) {
      const breaker = this.#desk.carriers.get(trunk)?.breaker;
      if (breaker?.stateAt(nowMs) === 'open') breaker.openFor(0, nowMs);
    }
    if (counts.length === 0) return;
    this.#desk.sisters.hear(node, new Map(counts.map(({ trunk, ...told }) => [trunk, told])));
  }

  #counts(nowMs: number): CarrierNews['counts'] {
    if (nowMs - this.#countsAtMs < COUNTS_PERIOD_MS) return [];
    this.#countsAtMs = nowMs;
    return [...this.#desk.carriers]
      .map(([trunk, { quality }]) => ({ trunk, ...quality.counts(nowMs) }))
      .filter(({ seizures }) => seizures > 0);
  }
}
