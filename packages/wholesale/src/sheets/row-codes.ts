import { readCodes } from './cell-codes.ts';
import type { RowCells } from './row-cells.ts';

/** The prefixes of a row, and the caller prefixes for which it counts. */
export interface RowPrefixes {
  readonly prefixes: readonly string[];
  readonly callerPrefixes: readonly string[];
}

/** Reads all columns that hold codes. Any problem is told to the row. */
export function readPrefixes(row: RowCells): RowPrefixes {
  return { prefixes: prefixesOf(row), callerPrefixes: callerPrefixesOf(row) };
}

function prefixesOf(row: RowCells): readonly string[] {
  const field = row.has('areaCode') && !row.has('prefix') ? 'areaCode' : 'prefix';
  const cell = row.cellOf(field);
  const isCountryApart =
    row.has('countryCode') && !(field === 'prefix' && row.context.survey.codesRepeatCountry);
  const country = isCountryApart ? countryOf(row) : '';
  if (cell === '') return country === '' ? defaultOf(row) : [country];
  const last = row.cellOf('lastPrefix');
  const codes = last === '' || last === cell ? cell : `${cell}-${last}`;
  return row.take(field, readCodes(codes, country)) ?? [];
}

function countryOf(row: RowCells): string {
  const cell = row.cellOf('countryCode');
  if (cell === '') return '';
  const [country = ''] = row.take('countryCode', readCodes(cell)) ?? [];
  return country;
}

/** A row without a code is the default only if it does not name a destination that has codes. */
function defaultOf(row: RowCells): readonly string[] {
  if (/^(default|any|all|other|others|rest|world|)$/i.test(row.cellOf('destination'))) {
    row.remark('prefix', 'no code: read as the default of every number');
    return [''];
  }
  row.tell('prefix', 'expected a code of digits, got none');
  return [];
}

function callerPrefixesOf(row: RowCells): readonly string[] {
  const cell = row.cellOf('callerPrefix');
  if (cell === '') return [''];
  return row.take('callerPrefix', readCodes(cell)) ?? [];
}
