import { padded } from './prefix-columns.ts';
import type { PrefixGeometry } from './prefix-geometry.ts';
import { NO_SYMBOL, symbolOf, SYMBOLS } from './prefix-symbols.ts';

/*
 * A trie laid flat. The line of all numbers is cut into disjoint intervals, each knowing the
 * deepest prefix (node) over it; nodes know the next shorter one.
 *
 *   head of the number
 *        │ index                     intervals, sorted
 *   heads[44207] ─────────────► bodies │ 0        │ 946      │ 9461234  │ …   binary search by the
 *   heads[44208] ──────────┐    nodes  │ 44207    │ 44207946 │ …        │     next 8 symbols
 *                          └───────────────────────────────────────────► end of the search
 *   node 44207946 ─► parent 44207 ─► parent 44 ─► none      lengths, so that a number shorter
 *                                                           than what was found climbs up
 *
 * Prefixes longer than the trunk (13 symbols, 10 in small tables) hang below the node of
 * their trunk, as intervals of their own.
 */

/** What {@link PrefixTable.find} and `parentOf` answer where there is no prefix. */
export const NO_NODE = -1;

/** The table's columns: typed arrays only, so a worker builds it and hands over the buffers. */
export type PrefixArrays = {
  readonly geometry: PrefixGeometry;
  /** Where the intervals of each head begin; one more at the end. */
  readonly heads: Uint32Array<ArrayBuffer>;
  readonly bodies: Uint32Array<ArrayBuffer>;
  readonly nodes: Int32Array<ArrayBuffer>;
  readonly parents: Int32Array<ArrayBuffer>;
  readonly lengths: Uint8Array<ArrayBuffer>;
  /** Nodes with long prefixes below them, ascending; where their tails begin; one more last. */
  readonly tailOwners: Uint32Array<ArrayBuffer>;
  readonly tailOffsets: Uint32Array<ArrayBuffer>;
  readonly tails: Float64Array<ArrayBuffer>;
  readonly tailNodes: Int32Array<ArrayBuffer>;
};

/**
 * Longest-prefix match over numbers of digits, `*` and `#`. Immutable; nodes are numbered from 0.
 * Some 250 ns among a million prefixes, whatever their nesting.
 */
export class PrefixTable {
  readonly #arrays: PrefixArrays;

  constructor(arrays: PrefixArrays) {
    this.#arrays = arrays;
  }

  /** The columns, for transfer; do not write to them. */
  get arrays(): PrefixArrays {
    return this.#arrays;
  }

  /** Nodes there are, including a few put in between for long prefixes. */
  get size(): number {
    return this.#arrays.lengths.length;
  }

  /** The next shorter prefix over a node, or {@link NO_NODE}. */
  parentOf(node: number): number {
    return this.#arrays.parents[node]!;
  }

  /** Symbols of a node's prefix: that much of the number was matched. */
  lengthOf(node: number): number {
    return this.#arrays.lengths[node]!;
  }

  /**
   * The node of the longest prefix of `number`, or {@link NO_NODE} if there is none or the text
   * has a character that no number has. Only the prefix "" matches the empty number. Never throws.
   */
  find(number: string): number {
    const { headSymbols, trunkSymbols } = this.#arrays.geometry;
    const { length } = number;
    // Both stay below 2^31, and whole numbers of that size are the quickest to reckon with.
    let [head, body] = [0, 0];
    for (let at = 0; at < length; at++) {
      const symbol = symbolOf(number.charCodeAt(at));
      if (symbol === NO_SYMBOL) return NO_NODE;
      if (at < headSymbols) head = Math.imul(head, SYMBOLS) + symbol;
      else if (at < trunkSymbols) body = Math.imul(body, SYMBOLS) + symbol;
    }
    for (let at = length; at < headSymbols; at++) head = Math.imul(head, SYMBOLS);
    for (let at = Math.max(length, headSymbols); at < trunkSymbols; at++) {
      body = Math.imul(body, SYMBOLS);
    }
    let node = this.#findTrunk(head, body);
    if (length > trunkSymbols) node = this.#findTail(node, number);
    while (node !== NO_NODE && this.lengthOf(node) > length) node = this.parentOf(node);
    return node;
  }

  #findTrunk(head: number, body: number): number {
    const { heads, bodies, nodes } = this.#arrays;
    // The interval before the head's first one reaches into it; the first of all starts at 0.
    const after = firstAbove(bodies, body, heads[head]!, heads[head + 1]!);
    return nodes[after - 1]!;
  }

  #findTail(node: number, number: string): number {
    const { tailOwners, tailOffsets, tails, tailNodes } = this.#arrays;
    const { trunkSymbols, tailSymbols } = this.#arrays.geometry;
    if (tailOwners.length === 0 || node === NO_NODE || this.lengthOf(node) !== trunkSymbols) {
      return node;
    }
    const owner = firstAbove(tailOwners, node, 0, tailOwners.length) - 1;
    if (owner < 0 || tailOwners[owner] !== node) return node;
    const tail = padded(number, trunkSymbols, tailSymbols);
    const after = firstAbove(tails, tail, tailOffsets[owner]!, tailOffsets[owner + 1]!);
    return tailNodes[after - 1]!;
  }
}

/** Index of the first of `values[from … to - 1]`, ascending, that is above `value`; else `to`. */
function firstAbove(
  values: Uint32Array | Float64Array,
  value: number,
  from: number,
  to: number,
): number {
  let low = from;
  let high = to;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}
