import type { GrowingColumn } from './growing-column.ts';
import { POWERS } from './prefix-columns.ts';
import type { PrefixNodes } from './prefix-nodes.ts';

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
export interface Intervals {
  readonly starts: GrowingColumn<Float64Array<ArrayBuffer>>;
  readonly nodes: GrowingColumn<Int32Array<ArrayBuffer>>;
}

/**
 * Cuts the nodes of a line into disjoint intervals that cover the whole line, and notes for each
 * node the next shorter prefix over it. Nodes longer than the line are passed over.
 */
export function sweep(
  lengths: PrefixNodes['lengths'],
  line: SweepLine,
  parents: Int32Array,
  intervals: Intervals,
): void {
  const reach = line.symbolsBefore + line.width;
  const lineStart = intervals.starts.length;
  const emit = (start: number, node: number) => {
    const last = intervals.starts.length - 1;
    if (last >= lineStart && intervals.starts.at(last) === start) {
      intervals.nodes.replace(last, node);
    } else {
      intervals.starts.push(start);
      intervals.nodes.push(node);
    }
  };
  const open: number[] = [];
  const ends: number[] = [];
  const closeUntil = (position: number) => {
    while (ends.length > 0 && ends.at(-1)! <= position) {
      const end = ends.pop()!;
      open.pop();
      if (end < POWERS[line.width]!) emit(end, open.at(-1) ?? line.outside);
    }
  };

  emit(0, line.outside);
  for (let node = line.from; node < line.to; node++) {
    const length = lengths[node]!;
    if (length > reach) continue;
    const start = line.starts[node]!;
    closeUntil(start);
    parents[node] = open.at(-1) ?? line.outside;
    emit(start, node);
    open.push(node);
    ends.push(start + POWERS[reach - length]!);
  }
  closeUntil(POWERS[line.width]!);
}
