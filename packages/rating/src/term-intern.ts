import type { Micros } from '@tandem/messages';
import type { DatedTerms } from './rate.ts';
import { TermRecords } from './term-records.ts';

const FIRST_SLOTS = 1024;
const FREE = 0;

/**
 * Gives equal dated terms the same number while a deck is built. An open hash table of record
 * numbers: asked a million times, where a Map would need a text for each question.
 */
export class TermIntern {
  readonly #records: DatedTerms[] = [];
  /** Record number + 1, or {@link FREE}; a power of two long and at most half full. */
  #slots = new Int32Array(FIRST_SLOTS);

  /** The number of the record with these dated terms, made if there is none yet. */
  numberOf(terms: DatedTerms): number {
    const slot = this.#slotOf(terms);
    const known = this.#slots[slot]!;
    if (known !== FREE) return known - 1;
    this.#slots[slot] = this.#records.push(terms);
    if (this.#records.length * 2 > this.#slots.length) this.#grow();
    return this.#records.length - 1;
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

  /** Where these terms are, or the free slot where they belong. */
  #slotOf(terms: DatedTerms): number {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(terms) & mask; ; slot = (slot + 1) & mask) {
      const known = this.#slots[slot]!;
      if (known === FREE || areEqual(this.#records[known - 1]!, terms)) return slot;
    }
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (const [number, record] of this.#records.entries()) {
      this.#slots[this.#slotOf(record)] = number + 1;
    }
  }
}

function hashOf(terms: DatedTerms): number {
  let hash = mixed(0, Number(terms.rateMicrosPerMinute));
  hash = mixed(hash, Number(terms.connectFeeMicros));
  hash = mixed(hash, terms.firstSeconds * 131 + terms.nextSeconds);
  hash = mixed(hash, terms.effectiveAt / 1000);
  return mixed(hash, (terms.endsAt ?? 0) / 1000);
}

/** Multiplies by large odd numbers and folds, so that rates a step apart do not lie in a row. */
function mixed(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, 0x9e3779b1);
  return product ^ (product >>> 15);
}

function areEqual(one: DatedTerms, other: DatedTerms): boolean {
  return (
    one.rateMicrosPerMinute === other.rateMicrosPerMinute &&
    one.connectFeeMicros === other.connectFeeMicros &&
    one.firstSeconds === other.firstSeconds &&
    one.nextSeconds === other.nextSeconds &&
    one.effectiveAt === other.effectiveAt &&
    one.endsAt === other.endsAt &&
    one.isBlocked === other.isBlocked
  );
}
