import { HALF_SYMBOLS, POWERS, type PrefixColumns } from './prefix-columns.ts';

/** Symbols by which rows are dealt out before they are compared. */
const HEAP_SYMBOLS = 4;
const HEAPS = POWERS[HEAP_SYMBOLS]!;
const HEAP_WIDTH = POWERS[HALF_SYMBOLS - HEAP_SYMBOLS]!;
/** Below this, dealing out costs more than it saves. */
const DEALT_FROM = 10_000;

/**
 * The rows of `columns` in the order of {@link PrefixColumns.compare}; equal prefixes stay in the
 * order in which they were added. Of many rows only those with the same first digits are compared.
 */
export function orderOf(columns: PrefixColumns): Uint32Array<ArrayBuffer> {
  if (columns.length >= DEALT_FROM) return dealtOrderOf(columns);
  const order = Uint32Array.from({ length: columns.length }, (_, row) => row);
  sortHeap(columns, order, 0, order.length);
  return order;
}

function dealtOrderOf(columns: PrefixColumns): Uint32Array<ArrayBuffer> {
  const ends = new Uint32Array(HEAPS + 1);
  for (let row = 0; row < columns.length; row++) ends[heapOf(columns, row) + 1]!++;
  for (let heap = 0; heap < HEAPS; heap++) ends[heap + 1]! += ends[heap]!;

  const order = new Uint32Array(columns.length);
  const next = ends.slice();
  for (let row = 0; row < columns.length; row++) order[next[heapOf(columns, row)]!++] = row;

  for (let heap = 0; heap < HEAPS; heap++) sortHeap(columns, order, ends[heap]!, ends[heap + 1]!);
  return order;
}

function heapOf(columns: PrefixColumns, row: number): number {
  return Math.floor(columns.leftOf(row) / HEAP_WIDTH);
}

function sortHeap(columns: PrefixColumns, order: Uint32Array, from: number, to: number): void {
  for (let at = from + 1; at < to; at++) {
    if (columns.compare(order[at - 1]!, order[at]!) > 0) {
      // A typed array is sorted stably, as arrays are.
      order.subarray(from, to).sort((one, other) => columns.compare(one, other));
      return;
    }
  }
}
