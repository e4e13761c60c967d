import type { Clock } from '@tandem/engine';
import type { CallMoney } from '@tandem/messages';
import { priceOf } from '@tandem/rating';
import type { LiveCharge } from './live-charge.ts';

/**
 * What a call that goes on has held and costs so far, for lists of calls: the price that it would
 * have if it ended now, first increment included. Undefined: nobody pays for it.
 */
export function runningPrice(charge: LiveCharge, clock: Clock): CallMoney | undefined {
  const { currency } = charge.open;
  return currency === '' ? undefined : new RunningPrice(charge, clock);
}

class RunningPrice implements CallMoney {
  readonly #charge: LiveCharge;
  readonly #clock: Clock;

  constructor(charge: LiveCharge, clock: Clock) {
    this.#charge = charge;
    this.#clock = clock;
  }

  get currency(): string {
    return this.#charge.open.currency;
  }

  get heldMicros(): bigint {
    return this.#charge.heldMicros;
  }

  get priceMicros(): bigint {
    const { terms, answeredMs, paidMs } = this.#charge;
    if (terms === undefined || answeredMs === undefined) return 0n;
    const talkMs = Math.max(0, this.#clock.monotonicMs() - answeredMs);
    return priceOf(terms, Math.min(talkMs, paidMs)).priceMicros;
  }
}
