import { changeInsteadOfRate } from './cell-change.ts';
import { readCodes } from './cell-codes.ts';
import { PREAMBLE_RECORDS_MAX } from './delimiter.ts';
import type { Findings } from './finding.ts';
import { columnsOf, type NamedColumns, type SheetColumns } from './sheet-columns.ts';
import type { SheetRecord } from './sheet-records.ts';

/** One row of rates, and the columns of the table in which it stands. */
export interface DataRow extends SheetRecord {
  readonly columns: SheetColumns;
}

/** What a sheet consists of. */
export interface SheetLayout {
  readonly data: readonly DataRow[];
  /** The columns of each table in it; a header told again is no new table. */
  readonly tables: readonly SheetColumns[];
  readonly blankRows: number;
}

/**
 * Tells rows of rates from what stands around them: titles before the header, blank rows, the
 * header again, headings of sections, notes and totals. All but blank rows are mentioned in the
 * findings, so that nothing is passed over in silence.
 */
export function layOut(
  records: readonly SheetRecord[],
  findings: Findings,
  named: NamedColumns = {},
): SheetLayout {
  const data: DataRow[] = [];
  const tables: SheetColumns[] = [];
  let columns: SheetColumns | undefined;
  let blankRows = 0;
  for (const [at, record] of records.entries()) {
    if (record.cells.every((cell) => cell === '')) {
      blankRows++;
      continue;
    }
    const header = looksLikeHeader(record, columns) ? columnsOf(record.cells, named) : undefined;
    if (header !== undefined) {
      tellOfHeader(record, header, columns, findings);
      if (columns === undefined || !header.isLike(columns)) tables.push(header);
      columns = header;
    } else if (columns === undefined) {
      if (at >= PREAMBLE_RECORDS_MAX) break;
      tellOfNote(record, 'a line before the table, left out', findings);
    } else if (isNote(record, columns)) {
      tellOfNote(record, 'no rate but a note, left out', findings);
    } else {
      data.push({ ...record, columns });
    }
  }
  if (columns === undefined) tellOfNoHeader(records, findings);
  return { data, tables, blankRows };
}

/** A row with digits in its rate cannot be a header: spares a million rows the closer look. */
function looksLikeHeader({ cells }: SheetRecord, columns: SheetColumns | undefined): boolean {
  if (columns === undefined) return true;
  return !/\d/.test(rateCellOf(columns, cells)) && /[a-z]/i.test(rateCellOf(columns, cells));
}

/** Notes have no rate and no code: one lonely cell, or words where digits should be. */
function isNote({ cells }: SheetRecord, columns: SheetColumns): boolean {
  const rate = rateCellOf(columns, cells);
  if (cells.filter((cell) => cell !== '').length === 1 && !/\d/.test(rate)) return true;
  if (/\d/.test(rate) || (rate !== '' && changeInsteadOfRate(rate) !== undefined)) return false;
  const code = columns.cellOf(cells, 'prefix') || columns.cellOf(cells, 'countryCode');
  if (rate === '') return code === '' || 'problem' in readCodes(code);
  return !/\d/.test(code);
}

function rateCellOf(columns: SheetColumns, cells: readonly string[]): string {
  return columns.cellOf(cells, columns.has('rate') ? 'rate' : 'interstateRate');
}

function tellOfHeader(
  { line }: SheetRecord,
  header: SheetColumns,
  former: SheetColumns | undefined,
  findings: Findings,
): void {
  if (former === undefined) {
    const understood = header.understood.map(([field, heading]) => `${heading} = ${field}`);
    const unused = header.unused.length === 0 ? '' : `; not used: ${header.unused.join(', ')}`;
    const message = `columns understood: ${understood.join(', ')}${unused}`;
    findings.add({ severity: 'notice', line, message });
  } else if (header.isLike(former)) {
    findings.add({ severity: 'notice', line, message: 'the header again, left out' });
  } else {
    const message = 'another header: from here on the columns are others';
    findings.add({ severity: 'warning', line, message });
  }
}

function tellOfNote({ line, cells }: SheetRecord, message: string, findings: Findings): void {
  const value = cells.filter((cell) => cell !== '').join(' ');
  findings.add({ severity: 'notice', line, value, message });
}

/** How a ZIP file begins, and so a workbook. */
const ARCHIVE = 'PK\u0003\u0004';

function tellOfNoHeader(records: readonly SheetRecord[], findings: Findings): void {
  const record = records.find(({ cells }) => cells.some((cell) => cell !== ''));
  const message =
    record === undefined
      ? 'the sheet is empty'
      : record.cells[0]?.startsWith(ARCHIVE) === true
        ? 'this is an Excel workbook or another archive; save the sheet as CSV'
        : 'no header with a column of codes and one of rates in the first 50 rows; name the columns (--columns)';
  if (record === undefined) findings.add({ severity: 'error', message });
  else
    findings.add({ severity: 'error', line: record.line, value: record.cells.join(' '), message });
}
