import { micros, type Micros } from './micros.ts';
import type { Rate } from './rate.ts';

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

/** What a record holds: a rate without its prefixes. */
export type DatedTerms = Omit<Rate, 'prefix' | 'callerPrefix'>;

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

  /** Reads one record; the columns' numbers become a new object. */
  read(record: number): DatedTerms {
    const { rates, connectFees, firstSeconds, nextSeconds } = this.#arrays;
    const endsAt = this.#arrays.endsAt[record]!;
    return {
      rateMicrosPerMinute: micros(rates[record]!),
      connectFeeMicros: micros(connectFees[record]!),
      firstSeconds: firstSeconds[record]!,
      nextSeconds: nextSeconds[record]!,
      effectiveAt: this.#arrays.effectiveAt[record]!,
      endsAt: endsAt === Infinity ? null : endsAt,
      isBlocked: this.#arrays.blocked[record] === 1,
    };
  }
}

/** Gives equal dated terms the same number while a deck is built. */
export class TermIntern {
  readonly #numbers = new Map<string, number>();
  readonly #records: DatedTerms[] = [];

  /** The number of the record with these dated terms, made if there is none yet. */
  numberOf(rate: Rate): number {
    const key = keyOf(rate);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const number = this.#records.length;
    this.#numbers.set(key, number);
    this.#records.push(rate);
    return number;
  }

  /** All records, in columns that own their buffers. */
  toRecords(): TermRecords {
    const records = this.#records;
    const amounts = (of: (record: DatedTerms) => Micros) => BigInt64Array.from(records, of);
    return new TermRecords({
      rates: amounts((record) => record.rateMicrosPerMinute),
      connectFees: amounts((record) => record.connectFeeMicros),
      firstSeconds: Int32Array.from(records, (record) => record.firstSeconds),
      nextSeconds: Int32Array.from(records, (record) => record.nextSeconds),
      effectiveAt: Float64Array.from(records, (record) => record.effectiveAt),
      endsAt: Float64Array.from(records, (record) => record.endsAt ?? Infinity),
      blocked: Uint8Array.from(records, (record) => (record.isBlocked ? 1 : 0)),
    });
  }
}

function keyOf(rate: DatedTerms): string {
  const { rateMicrosPerMinute, connectFeeMicros, firstSeconds, nextSeconds } = rate;
  const money = `${rateMicrosPerMinute}/${connectFeeMicros}/${firstSeconds}/${nextSeconds}`;
  return `${money}/${rate.effectiveAt}/${rate.endsAt}/${rate.isBlocked}`;
}
