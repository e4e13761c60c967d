import type { Clock } from '@tandem/engine';

import { ExpiringMap } from '../bounds/expiring-map.ts';

/** What the memory must know of a record. */
export interface RecordWithLife {
  readonly ttlSeconds?: number;
}

interface Known<Entry> {
  readonly records: readonly Entry[];
  /** Set where nobody could say: then there are no records, and the question rests. */
  readonly failure?: unknown;
  readonly freshUntilMs: number;
  /** Until when it serves while nobody answers. */
  readonly staleUntilMs: number;
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
/** How long a question that nobody could answer is not asked again: its wait is spent once. */
const PAUSE_AFTER_FAILURE_MS = 10_000;
/** How long an answer serves beyond its life while nobody answers (RFC 8767). */
const STALE_MAX_MS = 3_600_000;
/** What ended a question that there was no room for. */
const tooMany = new Error('too many names are being looked up');

/**
 * Remembers one kind of records: for their life, "there are none" and "nobody can say" for ten
 * seconds, and what has outlived its life as long as the servers are silent. The same question is under way only once.
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
    if (known !== undefined && known.freshUntilMs > this.#clock.monotonicMs()) {
      if ('failure' in known) throw known.failure;
      return known.records;
    }
    const asking = this.#asking.get(name) ?? this.#ask(name, ask);
    try {
      return await asking;
    } catch (failure) {
      if (known === undefined) {
        this.#rememberFailure(name, failure);
        throw failure;
      }
      this.#keep(name, known.records, PAUSE_AFTER_FAILURE_MS, known.staleUntilMs);
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

  #rememberFailure(name: string, failure: unknown): void {
    if (failure === tooMany) return;
    const untilMs = this.#clock.monotonicMs() + PAUSE_AFTER_FAILURE_MS;
    const known = { records: [], failure, freshUntilMs: untilMs, staleUntilMs: untilMs };
    this.#known.set(name, known, PAUSE_AFTER_FAILURE_MS);
  }

  #remember(name: string, records: readonly Entry[], lifeMs: number): void {
    // That there is nothing must not outlive its life: the name may have been made meanwhile.
    const staleMs = records.length === 0 ? 0 : STALE_MAX_MS;
    this.#keep(name, records, lifeMs, this.#clock.monotonicMs() + lifeMs + staleMs);
  }

  #keep(name: string, records: readonly Entry[], freshMs: number, staleUntilMs: number): void {
    const nowMs = this.#clock.monotonicMs();
    const freshUntilMs = Math.min(nowMs + freshMs, staleUntilMs);
    this.#known.set(name, { records, freshUntilMs, staleUntilMs }, staleUntilMs - nowMs);
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
