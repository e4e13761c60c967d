import type { Clock } from '@tandem/engine';

/** Wrong tokens that an address may show at once, and then one in each period. */
const BURST = 10;
const PERIOD_MS = 6_000;
/** Addresses that are remembered; beyond it the one that failed longest ago is forgotten. */
const ADDRESSES_MAX = 10_000;
/** Tokens that were good are remembered for this many addresses. */
const GOOD_MAX = 1_000;

/**
 * Slows down whoever guesses tokens: beyond a burst of wrong ones everything that an address
 * shows is refused, right or wrong, so that a guess tells nothing. Somebody who signed in from
 * there before is let in all the same: an attacker behind the same proxy locks nobody out.
 */
export class FailedTokens {
  readonly #clock: Clock;
  /** When the debt of an address is paid off, monotonic ms (GCRA). */
  readonly #paidAtMs = new Map<string, number>();
  readonly #good = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds that this address has to wait before a token from it counts; 0: none. */
  secondsToWait(address: string, digest: string): number {
    const overMs = this.#debtMs(address) - (BURST - 1) * PERIOD_MS;
    const isFree = overMs <= 0 || this.#good.has(`${keyOf(address)} ${digest}`);
    return isFree ? 0 : Math.ceil(overMs / 1_000);
  }

  /** A wrong token came from there. */
  fail(address: string): void {
    const key = keyOf(address);
    const paidAtMs = this.#clock.monotonicMs() + this.#debtMs(address) + PERIOD_MS;
    // Last in the map: it failed last.
    this.#paidAtMs.delete(key);
    this.#paidAtMs.set(key, paidAtMs);
    if (this.#paidAtMs.size > ADDRESSES_MAX) forgetFirst(this.#paidAtMs);
  }

  /** A right one came from there. */
  succeed(address: string, digest: string): void {
    this.#good.add(`${keyOf(address)} ${digest}`);
    if (this.#good.size > GOOD_MAX) forgetFirst(this.#good);
  }

  #debtMs(address: string): number {
    const paidAtMs = this.#paidAtMs.get(keyOf(address));
    return paidAtMs === undefined ? 0 : Math.max(0, paidAtMs - this.#clock.monotonicMs());
  }
}

/** IPv6 hosts choose among addresses of their /64: all of it counts as one. */
function keyOf(address: string): string {
  return address.includes(':') && !address.includes('.')
    ? address.split(':').slice(0, 4).join(':')
    : address;
}

function forgetFirst(from: {
  keys(): IterableIterator<string>;
  delete(key: string): boolean;
}): void {
  const first = from.keys().next();
  if (first.done !== true) from.delete(first.value);
}
