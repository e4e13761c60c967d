import type { DeckHeader } from './deck-header.ts';
import type { PrefixArrays } from './prefix-table.ts';
import type { RateListArrays } from './rate-lists.ts';
import type { TermArrays } from './term-records.ts';

/** A compiled deck as it goes from thread to thread: plain data and typed arrays. */
export interface DeckTransfer extends RateListArrays {
  readonly header: DeckHeader;
  readonly rates: number;
  readonly called: PrefixArrays;
  readonly callers: PrefixArrays;
  readonly records: TermArrays;
}

/** The buffers of a transfer, each once: moved, not copied, so the main thread does not stall. */
export function transferListOf(transfer: DeckTransfer): ArrayBuffer[] {
  const columns = [
    ...columnsOf(transfer.called),
    ...columnsOf(transfer.callers),
    ...Object.values(transfer.records),
    transfer.values,
    transfer.lists,
  ];
  return columns.map((column) => column.buffer);
}

function columnsOf({ geometry: _geometry, ...columns }: PrefixArrays) {
  return Object.values(columns);
}
