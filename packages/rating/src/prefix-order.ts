import { compareRows, HALF_SYMBOLS, POWERS, type PrefixRows } from './prefix-columns.ts';

/** Symbols by which rows are dealt out before they are compared. */
const HEAP_SYMBOLS = 4;
const HEAPS = POWERS[HEAP_SYMBOLS]!;
const HEAP_WIDTH = POWERS[HALF_SYMBOLS - HEAP_SYMBOLS]!;
/** Below this, dealing out costs more than it saves. */
const DEALT_FROM = 10_000;

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
  const ends = new Uint32Array(HEAPS + 1);
  for (let row = 0; row < rows.lengths.length; row++) ends[heapOf(rows, row) + 1]!++;
  for (let heap = 0; heap < HEAPS; heap++) ends[heap + 1]! += ends[heap]!;

  const order = new Uint32Array(rows.lengths.length);
  const next = ends.slice();
  for (let row = 0; row < rows.lengths.length; row++) order[next[heapOf(rows, row)]!++] = row;

  for (let heap = 0; heap < HEAPS; heap++) sortHeap(rows, order, ends[heap]!, ends[heap + 1]!);
  return order;
}

function heapOf(rows: PrefixRows, row: number): number {
  return Math.floor(rows.lefts[row]! / HEAP_WIDTH);
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
