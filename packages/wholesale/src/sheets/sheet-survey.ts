import { type DecimalMark, decimalMarkOf } from './cell-amount.ts';
import { type DateOrder, dateOrderShownBy, serialDayOf } from './cell-instant.ts';
import type { Field } from './column-names.ts';
import type { Findings } from './finding.ts';
import type { DataRow } from './sheet-layout.ts';
import type { SheetOptions } from './sheet-options.ts';

/** What can only be known from all rows of a sheet together. */
export interface SheetSurvey {
  readonly decimalMark: DecimalMark;
  /** Absent if no date shows it, or dates contradict one another. */
  readonly dateOrder?: DateOrder;
  /** Whether codes repeat the country code that stands in a column of its own. */
  readonly codesRepeatCountry: boolean;
}

/** Columns of money. */
export const AMOUNT_FIELDS: readonly Field[] = [
  'rate',
  'nextRate',
  'interstateRate',
  'intrastateRate',
  'indeterminateRate',
  'connectFee',
];

/** Looks over all rows before the first is read, and says what was concluded from which. */
export function survey(
  data: readonly DataRow[],
  options: SheetOptions,
  findings: Findings,
): SheetSurvey {
  const decimalMark = options.decimalMark ?? decimalMarkOf(cellsOf(data, AMOUNT_FIELDS));
  if (decimalMark === ',') {
    findings.add({ severity: 'notice', message: 'amounts are read with a decimal comma' });
  }
  if (decimalMark === 'mixed') {
    const message =
      'some amounts have a decimal point, others a decimal comma; look at all of them';
    findings.add({ severity: 'warning', message });
  }
  const dateOrder = options.dateOrder ?? dateOrderOf(data, findings);
  tellOfSerialDays(data, findings);
  const known = { decimalMark, codesRepeatCountry: doCodesRepeatCountry(data) };
  return dateOrder === undefined ? known : { ...known, dateOrder };
}

function* cellsOf(data: readonly DataRow[], fields: readonly Field[]): Generator<string> {
  for (const { columns, cells } of data) {
    for (const field of fields) {
      if (columns.has(field)) yield columns.cellOf(cells, field);
    }
  }
}

function dateOrderOf(data: readonly DataRow[], findings: Findings): DateOrder | undefined {
  const shownBy = new Map<DateOrder, { readonly line: number; readonly value: string }>();
  for (const { columns, cells, line } of data) {
    for (const field of ['effective', 'ends'] as const) {
      const value = columns.cellOf(cells, field);
      const order = value === '' ? undefined : dateOrderShownBy(value);
      if (order !== undefined && !shownBy.has(order)) shownBy.set(order, { line, value });
    }
  }
  const [first, second] = shownBy;
  if (first === undefined) return undefined;
  const [order, { line, value }] = first;
  if (second === undefined) {
    const day = order === 'dayFirst' ? 'day first' : 'month first';
    const message = `dates are read ${day}, as this one shows`;
    findings.add({ severity: 'notice', line, value, message });
    return order;
  }
  const message = `some dates have the day first, others the month, as on line ${second[1].line}`;
  findings.add({ severity: 'warning', line, value, message });
  return undefined;
}

function tellOfSerialDays(data: readonly DataRow[], findings: Findings): void {
  for (const { columns, cells, line } of data) {
    const value = columns.cellOf(cells, 'effective');
    const day = serialDayOf(value);
    if (day === undefined) continue;
    const message = `dates are days of a spreadsheet; this one is ${new Date(day).toISOString()}`;
    findings.add({ severity: 'notice', line, value, message });
    return;
  }
}

/**
 * "Country code 44, code 4420" and "country code 44, code 20" are both common. A column called
 * area codes never repeats the country; any other does if all its codes begin with it.
 */
function doCodesRepeatCountry(data: readonly DataRow[]): boolean {
  let rows = 0;
  for (const { columns, cells } of data) {
    if (!columns.has('prefix') || !columns.has('countryCode')) continue;
    const digits = (field: Field) => columns.cellOf(cells, field).replace(/\D/g, '');
    const country = digits('countryCode');
    const code = digits('prefix').replace(/^00/, '');
    if (country === '' || code === '') continue;
    if (!code.startsWith(country)) return false;
    rows++;
  }
  return rows > 0;
}
