import type { LimitedParty } from '@tandem/messages';
import type { HoldOutcome } from '../books/admit-calls.ts';

/** Parties looked at; beyond it those without calls are forgotten. */
const PARTIES_MAX = 100_000;

interface Counter {
  calls: number;
  /** Of the GCRA: when the next call would be due, in order; monotonic ms. */
  dueMs: number;
}

/** Who pays for a call, and through which trunk it came. */
export interface LimitedCall {
  readonly tenant: LimitedParty;
  readonly trunk: LimitedParty | undefined;
}

/**
 * Limits counted on this node alone: for `admission = node`, where the operator divides each limit
 * by the number of nodes, and for tenants who may call while the database is away.
 */
export class LocalLimits {
  readonly #counters = new Map<string, Counter>();

  /** Counts a call in, or says which limit stands against it. */
  enter({ tenant, trunk }: LimitedCall, nowMs: number): HoldOutcome {
    const tenantCounter = this.#counterOf('tenant', tenant);
    const trunkCounter = trunk === undefined ? undefined : this.#counterOf('trunk', trunk);
    if (isFull(tenant, tenantCounter)) return 'tenantcalls';
    if (trunk !== undefined && isFull(trunk, trunkCounter!)) return 'trunkcalls';
    if (!isDue(tenant, tenantCounter, nowMs)) return 'tenantrate';
    if (trunk !== undefined && !isDue(trunk, trunkCounter!, nowMs)) return 'trunkrate';
    count(tenant, tenantCounter, nowMs);
    if (trunk !== undefined) count(trunk, trunkCounter!, nowMs);
    return 'held';
  }

  /** Counts a call out; ids as texts. */
  leave(tenantId: string, trunkId: string | null): void {
    for (const key of [`tenant/${tenantId}`, `trunk/${trunkId ?? ''}`]) {
      const counter = this.#counters.get(key);
      if (counter !== undefined) counter.calls = Math.max(0, counter.calls - 1);
    }
  }

  #counterOf(kind: 'tenant' | 'trunk', { id }: LimitedParty): Counter {
    const key = `${kind}/${id}`;
    let counter = this.#counters.get(key);
    if (counter === undefined) {
      if (this.#counters.size >= PARTIES_MAX) this.#forgetIdle();
      counter = { calls: 0, dueMs: -Infinity };
      this.#counters.set(key, counter);
    }
    return counter;
  }

  #forgetIdle(): void {
    for (const [key, { calls }] of this.#counters) if (calls === 0) this.#counters.delete(key);
  }
}

function isFull({ maxCalls = 0 }: LimitedParty, { calls }: Counter): boolean {
  return maxCalls > 0 && calls >= maxCalls;
}

/** GCRA: a burst of a tenth of a second's calls may come early, at least one call. */
function isDue({ maxCallsPerSecond: rate = 0 }: LimitedParty, counter: Counter, nowMs: number) {
  if (rate <= 0) return true;
  const burst = Math.max(1, Math.ceil(rate / 10));
  return nowMs >= counter.dueMs - (burst - 1) * (1_000 / rate);
}

function count({ maxCallsPerSecond: rate = 0 }: LimitedParty, counter: Counter, nowMs: number) {
  counter.calls++;
  if (rate > 0) counter.dueMs = Math.max(counter.dueMs, nowMs) + 1_000 / rate;
}
