import { delimiterOf } from './delimiter.ts';
import { type Field, plainNameOf } from './column-names.ts';
import { type Finding, Findings, type Severity } from './finding.ts';
import { IntervalGroups } from './interval-groups.ts';
import type { RateRow } from './rate-row.ts';
import { readRow } from './read-row.ts';
import { RowCells, type RowContext } from './row-cells.ts';
import type { SheetColumns } from './sheet-columns.ts';
import { type DataRow, layOut } from './sheet-layout.ts';
import type { SheetOptions } from './sheet-options.ts';
import { recordsOf } from './sheet-records.ts';
import { AMOUNT_FIELDS, survey } from './sheet-survey.ts';
import { textOf } from './sheet-text.ts';

/** What was read from a sheet, and what was found on the way. */
export interface Sheet {
  readonly rows: readonly RateRow[];
  readonly findings: readonly Finding[];
  /** All findings by severity, those beyond the first thousand of each too. */
  readonly counts: Readonly<Record<Severity, number>>;
  /** Rows of rates in the sheet, and how many of them were left out because of errors. */
  readonly rowsFound: number;
  readonly rowsLeftOut: number;
}

/** The largest sheet: twenty times the largest we know. */
export const SHEET_BYTES_MAX = 256 * 1024 * 1024;

/** Rates that one sheet may give, its lists and ranges written out. */
export const SHEET_RATES_MAX = 5_000_000;

/**
 * Reads a rate sheet: a text of delimited cells in any of the forms that carriers send. Pure and
 * synchronous, some 2 s for 200,000 rows: call it from a worker or a command. Never throws for
 * what a sheet holds; every row that gives no rates is named in the findings.
 */
export function readSheet(source: Uint8Array | string, options: SheetOptions): Sheet {
  const findings = new Findings(options.file);
  if (source.length > SHEET_BYTES_MAX) {
    const message = `the file is larger than ${SHEET_BYTES_MAX} bytes; split it`;
    findings.add({ severity: 'error', message });
    return sheetOf([], findings, 0, 0);
  }
  const { text, remark } = textOf(source);
  if (remark !== undefined) findings.add({ severity: 'notice', message: remark });
  const delimiter = options.delimiter ?? delimiterOf(text, options.columns);
  const { records, problem } = recordsOf(text, delimiter, options);
  const { data, tables } = layOut(records, findings, options.columns);
  if (problem !== undefined) findings.add({ severity: 'error', ...problem });
  for (const columns of tables) {
    tellOfDefaults(columns, options, findings);
    tellOfTwins(columns, findings);
  }
  const context = { options, survey: survey(data, options, findings) };
  return readRows(data, context, findings);
}

function readRows(data: readonly DataRow[], context: RowContext, findings: Findings): Sheet {
  const rows: RateRow[] = [];
  const groups = new IntervalGroups();
  let leftOut = 0;
  for (const row of data) {
    const cells = new RowCells(row, context);
    const read = readRow(cells);
    if (rows.length + read.length > SHEET_RATES_MAX) {
      const message = `the sheet gives more than ${SHEET_RATES_MAX} rates; the rest was not read`;
      findings.add({ severity: 'error', line: row.line, message });
      return sheetOf(rows, findings, data.length, data.length - data.indexOf(row) + leftOut);
    }
    if (!groups.fold(cells, read, rows)) rows.push(...read);
    if (cells.hasProblem) leftOut++;
    tellOfRow(cells, findings);
  }
  return sheetOf(rows, findings, data.length, leftOut);
}

function tellOfRow({ row, remarks }: RowCells, findings: Findings): void {
  for (const { isProblem, field, message } of remarks) {
    const column = field === undefined ? undefined : row.columns.headingOf(field);
    const value =
      field === undefined ? row.cells.join(' | ') : row.columns.cellOf(row.cells, field);
    findings.add({
      severity: isProblem ? 'error' : 'warning',
      line: row.line,
      ...(column === undefined ? {} : { column }),
      value,
      message,
    });
  }
}

function tellOfDefaults(columns: SheetColumns, options: SheetOptions, findings: Findings): void {
  const { firstSeconds = 60, nextSeconds = 60, jurisdiction = 'highest' } = options;
  const hasIncrements = columns.has('increments') || columns.has('first') || columns.has('next');
  if (!hasIncrements) {
    const message = `no column of increments: ${firstSeconds}/${nextSeconds} is taken`;
    findings.add({ severity: 'warning', message });
  }
  if (!columns.has('effective')) {
    const at = new Date(options.effectiveAt).toISOString();
    findings.add({ severity: 'notice', message: `no column of dates: rates count from ${at}` });
  }
  if (!columns.has('rate')) {
    const message = `rates by jurisdiction: of each row the ${jurisdiction} one is taken`;
    findings.add({ severity: 'warning', message });
  }
}

/** Two columns of one name: somebody has to say which of them is meant. */
function tellOfTwins(columns: SheetColumns, findings: Findings): void {
  for (const [field, heading] of columns.understood) {
    const twin = columns.unused.find((other) => plainNameOf(other) === plainNameOf(heading));
    if (twin === undefined) continue;
    const message = `two columns are called ${heading}: the first is read as ${field}`;
    findings.add({ severity: DECISIVE.has(field) ? 'error' : 'warning', message });
  }
}

/** What decides who pays what. */
const DECISIVE: ReadonlySet<Field> = new Set<Field>([
  ...AMOUNT_FIELDS,
  'prefix',
  'countryCode',
  'areaCode',
  'callerPrefix',
  'increments',
]);

function sheetOf(
  rows: RateRow[],
  findings: Findings,
  rowsFound: number,
  rowsLeftOut: number,
): Sheet {
  return { rows, findings: findings.kept, counts: findings.counts, rowsFound, rowsLeftOut };
}
