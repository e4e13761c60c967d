import type { Clock } from '@tandem/engine';

import { ExpiringMap } from '../bounds/expiring-map.ts';

/** What the memory must know of a record. */
export interface RecordWithLife {
  readonly ttlSeconds?: number;
}

interface Known<Entry> {
  readonly records: readonly Entry[];
  readonly freshUntilMs: number;
}

/** Names remembered of each kind of record. */
const NAMES_MAX = 4_000;
/** Questions on their way at once; above, a question counts as unanswered. */
const QUESTIONS_MAX = 1_000;
/** Where an answer does not tell its life: Node tells none of SRV and NAPTR. */
const LIFE_UNTOLD_MS = 60_000;
const LIFE_MIN_MS = 1_000;
const LIFE_MAX_MS = 3_600_000;
/** How long "no such name" is believed (RFC 2308 lets the zone say; Node does not pass it on). */
const LIFE_NEGATIVE_MS = 10_000;
/** How long a name that nobody could answer for is not asked for again. */
const PAUSE_AFTER_FAILURE_MS = 2_000;
/** How long an answer serves beyond its life while nobody answers (RFC 8767). */
const STALE_MAX_MS = 3_600_000;
/** What ended a question that there was no room for. */
const tooMany = new Error('too many names are being looked up');

/**
 * Remembers one kind of records: for their life, "there are none" for ten seconds, and what has
 * outlived its life as long as the servers are silent. The same question is under way only once.
 */
export class DnsMemory<Entry extends RecordWithLife> {
  readonly #clock: Clock;
  readonly #known: ExpiringMap<Known<Entry>>;
  readonly #asking = new Map<string, Promise<readonly Entry[]>>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#known = new ExpiringMap(clock, NAMES_MAX);
  }

  /** Names remembered. */
  get size(): number {
    return this.#known.size;
  }

  /** The records of `name`; rejects as `ask` does where nothing is remembered. */
  async find(name: string, ask: () => Promise<readonly Entry[]>): Promise<readonly Entry[]> {
    const known = this.#known.get(name);
    if (known !== undefined && known.freshUntilMs > this.#clock.monotonicMs()) return known.records;
    const asking = this.#asking.get(name) ?? this.#ask(name, ask);
    try {
      return await asking;
    } catch (failure) {
      if (known === undefined) throw failure;
      this.#remember(name, known.records, PAUSE_AFTER_FAILURE_MS);
      return known.records;
    }
  }

  #ask(name: string, ask: () => Promise<readonly Entry[]>): Promise<readonly Entry[]> {
    if (this.#asking.size >= QUESTIONS_MAX) return Promise.reject(tooMany);
    const asking = this.#askAndRemember(name, ask).finally(() => void this.#asking.delete(name));
    this.#asking.set(name, asking);
    return asking;
  }

  async #askAndRemember(
    name: string,
    ask: () => Promise<readonly Entry[]>,
  ): Promise<readonly Entry[]> {
    const records = await ask();
    this.#remember(name, records, lifeOf(records));
    return records;
  }

  #remember(name: string, records: readonly Entry[], lifeMs: number): void {
    const freshUntilMs = this.#clock.monotonicMs() + lifeMs;
    // That there is nothing must not outlive its life: the name may have been made meanwhile.
    const staleMs = records.length === 0 ? 0 : STALE_MAX_MS;
    this.#known.set(name, { records, freshUntilMs }, lifeMs + staleMs);
  }
}

function lifeOf(records: readonly RecordWithLife[]): number {
  if (records.length === 0) return LIFE_NEGATIVE_MS;
  let lifeMs = LIFE_MAX_MS;
  for (const { ttlSeconds } of records) {
    lifeMs = Math.min(lifeMs, ttlSeconds === undefined ? LIFE_UNTOLD_MS : ttlSeconds * 1_000);
  }
  return Math.max(lifeMs, LIFE_MIN_MS);
}
