import type { Lane, Store } from '@tandem/store';
import { makeBills } from './bills/make-bills.ts';
import type { LedgerParts } from './ledger-parts.ts';
import { collectDailyStatistics } from './statistics/daily-statistics.ts';

/** Bills and statistics read much, ms. */
const STATEMENT_MS = 600_000;
/** Statistics of so many days are counted anew once in so long, ms. */
const RECOUNT_MS = 86_400_000;
const RECOUNTED_DAYS = 40;

/**
 * What is made of the books while calls go on: bills and statistics, over a connection of its own,
 * for they read much and nobody waits for them. Each node does so; the database lets each be made
 * once.
 */
export class Bookkeeper {
  readonly #parts: LedgerParts;
  readonly #lane: Lane;
  #isBilling = false;
  #recountedMs: number;

  constructor(parts: LedgerParts, store: Store) {
    this.#parts = parts;
    this.#lane = store.lane('ledger books', { poolSize: 1, statementTimeoutMs: STATEMENT_MS });
    this.#recountedMs = parts.clock.monotonicMs();
  }

  /** Counts the last days anew: now and then. Never throws. */
  async collectStatistics(): Promise<void> {
    if (this.#parts.lease.state !== 'live') return;
    await this.#quietly('statistics', () =>
      collectDailyStatistics(this.#lane, this.#daysToCount()),
    );
  }

  /** Makes the bills that are due: every minute. Never throws. */
  async makeBills(): Promise<void> {
    const { lease, config, log } = this.#parts;
    if (lease.state !== 'live' || this.#isBilling) return;
    this.#isBilling = true;
    await this.#quietly('bills', async () => {
      const made = await makeBills(this.#lane, { graceMs: config.billAfter });
      if (made.length > 0) log.info('bills were made', { bills: made.length });
    });
    this.#isBilling = false;
  }

  /** Ends its connection. */
  async close(): Promise<void> {
    await this.#lane.close();
  }

  /** Records that come late are of days long ago: once a day these are counted, too. */
  #daysToCount(): number | undefined {
    const nowMs = this.#parts.clock.monotonicMs();
    if (nowMs - this.#recountedMs < RECOUNT_MS) return undefined;
    this.#recountedMs = nowMs;
    return RECOUNTED_DAYS;
  }

  async #quietly(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (fault) {
      this.#parts.log.warn(`ledger: ${what} failed, and is tried again`, { fault: String(fault) });
    }
  }
}
