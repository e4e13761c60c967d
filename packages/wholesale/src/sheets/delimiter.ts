import { columnsOf, type NamedColumns } from './sheet-columns.ts';
import { DELIMITERS, recordsOf } from './sheet-records.ts';

/** As much of a sheet as may come before its header row. */
export const PREAMBLE_RECORDS_MAX = 50;
const SNIFFED_LENGTH = 64 * 1024;

/**
 * The character that parts the cells: the one by which a header row with the most known columns
 * comes out. Headings decide, for decimal commas make plain counting go wrong. Where no header is
 * found by any, the comma.
 */
export function delimiterOf(text: string, named: NamedColumns = {}): string {
  const start = text.slice(0, SNIFFED_LENGTH);
  let best = { delimiter: ',', understood: 0 };
  for (const delimiter of DELIMITERS) {
    const understood = columnsUnderstood(start, delimiter, named);
    if (understood > best.understood) best = { delimiter, understood };
  }
  return best.delimiter;
}

function columnsUnderstood(start: string, delimiter: string, named: NamedColumns): number {
  const { records } = recordsOf(start, delimiter, { recordsMax: PREAMBLE_RECORDS_MAX });
  for (const { cells } of records) {
    const columns = columnsOf(cells, named);
    if (columns !== undefined) return columns.understood.length;
  }
  return 0;
}
