import { POWERS } from './prefix-columns.ts';
import type { PrefixNodes } from './prefix-nodes.ts';
import { PREFIX_LENGTH_MAX } from './prefix-symbols.ts';

/*
 * Prefixes are nested intervals of one line; a lookup wants disjoint ones. A sweep from left to
 * right with a stack of the prefixes that are open cuts them:
 *
 *   44        ├──────────────────────────┤
 *   4420          ├────────┤
 *   44207            ├──┤
 *   result    │44 │20│207│20│    44      │outside
 */

/** The line to cut. */
export interface SweepLine {
  /** The nodes on it: from this one up to but without `to`. */
  readonly from: number;
  readonly to: number;
  /** Where each node begins on the line. */
  readonly starts: Float64Array;
  /** Symbols before the line begins: the trunk when tails are swept, else 0. */
  readonly symbolsBefore: number;
  /** Symbols of the line itself. */
  readonly width: number;
  /** The node of which all others are parts, or none. */
  readonly outside: number;
}

/** Where the cut intervals go: the start of each, ascending, and the deepest node over it. */
export class Intervals {
  readonly #starts: Float64Array<ArrayBuffer>;
  readonly #nodes: Int32Array<ArrayBuffer>;
  #length = 0;

  /** @param most a line of n nodes is cut into 2 n + 1 intervals at the most */
  constructor(most: number) {
    this.#starts = new Float64Array(most);
    this.#nodes = new Int32Array(most);
  }

  get length(): number {
    return this.#length;
  }

  /** The starts: a view. */
  get starts(): Float64Array<ArrayBuffer> {
    return this.#starts.subarray(0, this.#length);
  }

  /** The nodes, with a buffer of their own that can be transferred. */
  toNodes(): Int32Array<ArrayBuffer> {
    return this.#nodes.slice(0, this.#length);
  }

  /** Begins an interval; of two with the same start on one line the later counts. */
  add(start: number, node: number, lineStart: number): void {
    const last = this.#length - 1;
    if (last >= lineStart && this.#starts[last] === start) {
      this.#nodes[last] = node;
    } else {
      this.#starts[this.#length] = start;
      this.#nodes[this.#length++] = node;
    }
  }
}

/** Prefixes that can be open at once: one of each length. */
const OPEN_MAX = PREFIX_LENGTH_MAX + 1;

/**
 * Cuts the nodes of a line into disjoint intervals that cover the whole line, and notes for each
 * node the next shorter prefix over it. Nodes longer than the line are passed over.
 */
export function sweep(
  lengths: PrefixNodes['lengths'],
  { from, to, starts, symbolsBefore, width, outside }: SweepLine,
  parents: Int32Array,
  intervals: Intervals,
): void {
  const reach = symbolsBefore + width;
  const lineStart = intervals.length;
  const lineEnd = POWERS[width]!;
  const open = new Int32Array(OPEN_MAX);
  const ends = new Float64Array(OPEN_MAX);
  let depth = 0;
  intervals.add(0, outside, lineStart);
  for (let node = from; node <= to; node++) {
    const isPast = node === to;
    const length = isPast ? 0 : lengths[node]!;
    if (length > reach) continue;
    const start = isPast ? lineEnd : starts[node]!;
    while (depth > 0 && ends[depth - 1]! <= start) {
      const end = ends[--depth]!;
      const under = depth === 0 ? outside : open[depth - 1]!;
      if (end < lineEnd) intervals.add(end, under, lineStart);
    }
    if (isPast) return;
    parents[node] = depth === 0 ? outside : open[depth - 1]!;
    intervals.add(start, node, lineStart);
    open[depth] = node;
    ends[depth++] = start + POWERS[reach - length]!;
  }
}
