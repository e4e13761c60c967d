import { compareRows, HALF_SYMBOLS, POWERS, type PrefixRows } from './prefix-columns.ts';

/** Symbols by which rows are dealt out before they are compared. */
const HEAP_SYMBOLS = 5;
const HEAPS = POWERS[HEAP_SYMBOLS]!;
const HEAP_WIDTH = POWERS[HALF_SYMBOLS - HEAP_SYMBOLS]!;
/** Below this, dealing out costs more than it saves. */
const DEALT_FROM = 10_000;
/** Up to so many rows are put in order one by one. */
const FEW = 24;

/**
 * The rows in the order of {@link compareRows}; equal prefixes stay in the
 * order in which they were added. Of many rows only those with the same first digits are compared.
 */
export function orderOf(rows: PrefixRows): Uint32Array<ArrayBuffer> {
  if (rows.lengths.length >= DEALT_FROM) return dealtOrderOf(rows);
  const order = Uint32Array.from({ length: rows.lengths.length }, (_, row) => row);
  sortHeap(rows, order, 0, order.length);
  return order;
}

function dealtOrderOf(rows: PrefixRows): Uint32Array<ArrayBuffer> {
  const { lefts } = rows;
  const heaps = new Uint32Array(lefts.length);
  const ends = new Uint32Array(HEAPS + 1);
  for (let row = 0; row < lefts.length; row++) {
    const heap = Math.floor(lefts[row]! / HEAP_WIDTH);
    heaps[row] = heap;
    ends[heap + 1]!++;
  }
  for (let heap = 0; heap < HEAPS; heap++) ends[heap + 1]! += ends[heap]!;

  const order = new Uint32Array(lefts.length);
  const next = ends.slice();
  for (let row = 0; row < lefts.length; row++) order[next[heaps[row]!]!++] = row;

  for (let heap = 0; heap < HEAPS; heap++) {
    const [from, to] = [ends[heap]!, ends[heap + 1]!];
    if (to - from > FEW) sortHeap(rows, order, from, to);
    else if (to - from > 1) sortFew(rows, order, from, to);
  }
  return order;
}

/** Puts each row behind those that are not above it: stable, and quick for a handful. */
function sortFew(rows: PrefixRows, order: Uint32Array, from: number, to: number): void {
  for (let at = from + 1; at < to; at++) {
    const row = order[at]!;
    let place = at;
    for (; place > from && compareRows(rows, order[place - 1]!, row) > 0; place--) {
      order[place] = order[place - 1]!;
    }
    order[place] = row;
  }
}

function sortHeap(rows: PrefixRows, order: Uint32Array, from: number, to: number): void {
  for (let at = from + 1; at < to; at++) {
    if (compareRows(rows, order[at - 1]!, order[at]!) > 0) {
      // A typed array is sorted stably, as arrays are.
      order.subarray(from, to).sort((one, other) => compareRows(rows, one, other));
      return;
    }
  }
}
