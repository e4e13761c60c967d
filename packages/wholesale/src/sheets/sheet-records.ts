import { CsvError, parse } from 'csv-parse/sync';

/** One record of a sheet: its cells, trimmed, and the line on which it begins. */
export interface SheetRecord {
  readonly cells: readonly string[];
  readonly line: number;
}

/** All records of a text; `problem` says why reading stopped before the end, and where. */
export interface SheetRecords {
  readonly records: readonly SheetRecord[];
  readonly problem?: { readonly line: number; readonly message: string };
}

/** Characters that part cells, the most usual first. */
export const DELIMITERS: readonly string[] = [',', ';', '\t', '|'];

/** No row of rates is longer; a quote that is never closed makes one. */
const RECORD_LENGTH_MAX = 100_000;
/** Records are told apart from one another before progress is told again. */
const PROGRESS_EVERY = 5_000;

/** How much of a sheet to read, and whom to tell how far it got. */
export interface RecordOptions {
  readonly recordsMax?: number;
  /** Called every few thousand records with the share of the text that was read, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}

/**
 * Splits a text into records, blank ones too, so that lines count as an editor counts them. Rows
 * may have any number of cells and any line ending; quotes inside a bare cell are kept. Never
 * throws.
 */
export function recordsOf(
  text: string,
  delimiter: string,
  { recordsMax, onProgress }: RecordOptions = {},
): SheetRecords {
  const records: SheetRecord[] = [];
  let endLine = 0;
  try {
    parse(text, {
      delimiter,
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_quotes: true,
      relax_column_count: true,
      max_record_size: RECORD_LENGTH_MAX,
      ...(recordsMax === undefined ? {} : { to: recordsMax }),
      on_record: (cells: string[], { lines, bytes }) => {
        records.push({ cells: cells.map(trimmed), line: endLine + 1 });
        endLine = lines;
        if (records.length % PROGRESS_EVERY === 0) onProgress?.(Math.min(1, bytes / text.length));
        return null;
      },
    });
  } catch (error) {
    return { records, problem: { line: endLine + 1, message: whyOf(error) } };
  }
  onProgress?.(1);
  return { records };
}

/** Spaces of any kind around a cell, and the marks by which spreadsheets keep digits as text. */
function trimmed(cell: string): string {
  const text = cell.trim();
  const asFormula = /^="(.*)"$/.exec(text);
  return (asFormula?.[1] ?? text.replace(/^'/, '')).trim();
}

function whyOf(error: unknown): string {
  const code = error instanceof CsvError ? error.code : '';
  if (code === 'CSV_QUOTE_NOT_CLOSED') {
    return 'a quote opens here and is never closed; the rest of the file was not read';
  }
  if (code === 'CSV_MAX_RECORD_SIZE') {
    const row = `a row is longer than ${RECORD_LENGTH_MAX} characters`;
    return `${row}, for want of a closing quote perhaps; the rest of the file was not read`;
  }
  const reason = error instanceof Error ? error.message : String(error);
  return `the rest of the file was not read: ${reason}`;
}
