import type { RateMatch } from './rate.ts';
import type { Rounding } from './rounding.ts';

/** Columns of the distinct terms and dates in a deck: few, however many prefixes it has. */
export type TermArrays = {
  readonly rates: BigInt64Array<ArrayBuffer>;
  readonly connectFees: BigInt64Array<ArrayBuffer>;
  readonly firstSeconds: Int32Array<ArrayBuffer>;
  readonly nextSeconds: Int32Array<ArrayBuffer>;
  readonly effectiveAt: Float64Array<ArrayBuffer>;
  /** Infinity = until further notice. */
  readonly endsAt: Float64Array<ArrayBuffer>;
  readonly blocked: Uint8Array<ArrayBuffer>;
};

/** The distinct dated terms of a deck, by number. Immutable. */
export class TermRecords {
  readonly #arrays: TermArrays;

  constructor(arrays: TermArrays) {
    this.#arrays = arrays;
  }

  /** The columns, for transfer; do not write to them. */
  get arrays(): TermArrays {
    return this.#arrays;
  }

  /** Records there are. */
  get size(): number {
    return this.#arrays.rates.length;
  }

  /** Whether a record counts at an instant: begun, and not ended. */
  isLive(record: number, at: number): boolean {
    return this.#arrays.effectiveAt[record]! <= at && at < this.#arrays.endsAt[record]!;
  }

  /** The match that one record makes: its numbers and what was matched, as a new object. */
  matchOf(record: number, prefix: string, callerPrefix: string, rounding: Rounding): RateMatch {
    const arrays = this.#arrays;
    const endsAt = arrays.endsAt[record]!;
    return {
      prefix,
      callerPrefix,
      rateMicrosPerMinute: arrays.rates[record]!,
      connectFeeMicros: arrays.connectFees[record]!,
      firstSeconds: arrays.firstSeconds[record]!,
      nextSeconds: arrays.nextSeconds[record]!,
      effectiveAt: arrays.effectiveAt[record]!,
      endsAt: endsAt === Infinity ? null : endsAt,
      isBlocked: arrays.blocked[record] === 1,
      rounding,
    };
  }
}
