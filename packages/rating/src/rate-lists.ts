import { GrowingColumn } from './growing-column.ts';
import type { TermRecords } from './term-records.ts';

/*
 * What a prefix costs. Most prefixes have one rate for every caller: the node's value is then the
 * number of its record. Any other has a list, and its value is the list's place, as a negative:
 *
 *   values[node] ≥ 0   record
 *   values[node] < 0   lists[~value] = count, then count × (caller node, record), ordered by caller
 *                      node, within it the latest begin first
 */

/** A node that has no rates: put in between, for the long prefixes below it. */
const EMPTY_LIST = 0;

/** The node of the caller prefix "": the first of its table, which always has it. */
export const ANY_CALLER = 0;

/** Rates by node, in two columns that own their buffers. */
export interface RateListArrays {
  readonly values: Int32Array<ArrayBuffer>;
  readonly lists: Uint32Array<ArrayBuffer>;
}

/** Where the rows of a deck under construction keep their caller node and their record. */
export interface RateRows {
  callerOfRow(row: number): number;
  termsOfRow(row: number): number;
}

/** Lays down the rates of one node after the other. */
export class RateLists {
  readonly #records: TermRecords;
  readonly #order: Uint32Array;
  readonly #rows: RateRows;
  readonly #values = new GrowingColumn((length) => new Int32Array(length));
  readonly #lists = new GrowingColumn((length) => new Uint32Array(length));

  constructor(records: TermRecords, order: Uint32Array, rows: RateRows) {
    this.#records = records;
    this.#order = order;
    this.#rows = rows;
    this.#lists.push(EMPTY_LIST);
  }

  /** Adds the next node, whose rows are `order[from … to - 1]` in the order they came in. */
  add(from: number, to: number): void {
    if (to === from) {
      this.#values.push(~EMPTY_LIST);
      return;
    }
    const first = this.#order[from]!;
    if (to === from + 1 && this.#rows.callerOfRow(first) === ANY_CALLER) {
      this.#values.push(this.#rows.termsOfRow(first));
      return;
    }
    this.#values.push(~this.#lists.length);
    this.#addList([...this.#order.subarray(from, to)]);
  }

  toArrays(): RateListArrays {
    return { values: this.#values.toArray(), lists: this.#lists.toArray() };
  }

  #addList(rows: number[]): void {
    const { effectiveAt } = this.#records.arrays;
    const callerOf = (row: number) => this.#rows.callerOfRow(row);
    const beginOf = (row: number) => effectiveAt[this.#rows.termsOfRow(row)]!;
    // Rows of equal caller and begin keep their order when reversed first: the last one leads.
    rows.reverse().sort((one, other) => {
      return callerOf(one) - callerOf(other) || beginOf(other) - beginOf(one);
    });
    this.#lists.push(rows.length);
    for (const row of rows) {
      this.#lists.push(callerOf(row));
      this.#lists.push(this.#rows.termsOfRow(row));
    }
  }
}
