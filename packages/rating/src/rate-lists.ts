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

/** The rows of a deck under construction: for each its caller node, and its record. */
export interface RateRows {
  readonly callers: Uint32Array;
  readonly terms: Uint32Array;
}

/** Lays down the rates of one node after the other. */
export class RateLists {
  readonly #records: TermRecords;
  readonly #order: Uint32Array;
  readonly #rows: RateRows;
  readonly #values: Int32Array<ArrayBuffer>;
  readonly #lists = new GrowingColumn();
  #nodes = 0;

  constructor(records: TermRecords, order: Uint32Array, rows: RateRows, nodes: number) {
    this.#records = records;
    this.#order = order;
    this.#rows = rows;
    this.#values = new Int32Array(nodes);
    this.#lists.push(EMPTY_LIST);
  }

  /** Adds the next node, whose rows are `order[from … to - 1]` in the order they came in. */
  add(from: number, to: number): void {
    this.#values[this.#nodes++] = this.#valueOf(from, to);
  }

  toArrays(): RateListArrays {
    return { values: this.#values, lists: this.#lists.toArray() };
  }

  #valueOf(from: number, to: number): number {
    if (to === from) return ~EMPTY_LIST;
    const { callers, terms } = this.#rows;
    const first = this.#order[from]!;
    if (to === from + 1 && callers[first] === ANY_CALLER) return terms[first]!;
    const list = this.#lists.length;
    this.#addList([...this.#order.subarray(from, to)]);
    return ~list;
  }

  #addList(rows: number[]): void {
    const { effectiveAt } = this.#records.arrays;
    const { callers, terms } = this.#rows;
    const callerOf = (row: number) => callers[row]!;
    const beginOf = (row: number) => effectiveAt[terms[row]!]!;
    // Rows of equal caller and begin keep their order when reversed first: the last one leads.
    rows.reverse().sort((one, other) => {
      return callerOf(one) - callerOf(other) || beginOf(other) - beginOf(one);
    });
    this.#lists.push(rows.length);
    for (const row of rows) {
      this.#lists.push(callerOf(row));
      this.#lists.push(terms[row]!);
    }
  }
}
