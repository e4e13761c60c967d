import type { Micros } from '@tandem/messages';
import { AS_IT_STANDS, readAmount, type Scale } from './cell-amount.ts';
import { changeInsteadOfRate } from './cell-change.ts';
import { readSeconds } from './cell-increments.ts';
import type { Field } from './column-names.ts';
import type { RowCells } from './row-cells.ts';
import type { Jurisdiction } from './sheet-options.ts';

/** The money of a row; `instead` if no rate but a word stands there, or nothing. */
export interface Amounts {
  readonly rate: Micros;
  readonly connectFee: Micros;
  readonly instead?: 'blocked' | 'closed';
}

const NO_RATE = 0n;
const SECONDS_PER_MINUTE = 60n;

/** Reads rate and connect fee. Any problem is told to the row. */
export function readAmounts(row: RowCells): Amounts {
  const fee = row.cellOf('connectFee');
  const connectFee = fee === '' ? 0n : feeIn(row, fee);
  const field = row.has('rate') ? 'rate' : undefined;
  const cell = field === undefined ? jurisdictionalCells(row).join('') : row.cellOf(field);
  const instead = changeInsteadOfRate(cell);
  if (instead === 'blocked' || instead === 'closed') return { rate: NO_RATE, connectFee, instead };
  const rate = field === undefined ? jurisdictionalRate(row) : singleRate(row);
  return { rate: rate ?? NO_RATE, connectFee };
}

function feeIn(row: RowCells, fee: string): Micros {
  const scale = { numerator: 1n, denominator: partsOf(row, 'connectFee') };
  return row.take('connectFee', readAmount(fee, row.context.survey.decimalMark, scale)) ?? 0n;
}

/** How many of what a column's heading counts make one of the currency. */
function partsOf(row: RowCells, field: Field): bigint {
  return /\bcents?\b|¢/i.test(row.row.columns.headingOf(field) ?? '') ? 100n : 1n;
}

function singleRate(row: RowCells): Micros | undefined {
  const rate = rateIn(row, 'rate');
  const next = row.cellOf('nextRate');
  if (next === '' || rate === undefined) return rate;
  const nextRate = rateIn(row, 'nextRate');
  if (nextRate !== undefined && nextRate !== rate) {
    row.tell('nextRate', 'a rate that differs after the first increment cannot be priced');
  }
  return rate;
}

const JURISDICTIONS: readonly (readonly [Jurisdiction, Field])[] = [
  ['interstate', 'interstateRate'],
  ['intrastate', 'intrastateRate'],
  ['indeterminate', 'indeterminateRate'],
];

function jurisdictionalCells(row: RowCells): readonly string[] {
  return JURISDICTIONS.map(([, field]) => row.cellOf(field));
}

function jurisdictionalRate(row: RowCells): Micros | undefined {
  const { jurisdiction = 'highest' } = row.context.options;
  let highest: Micros | undefined;
  for (const [name, field] of JURISDICTIONS) {
    if (row.cellOf(field) === '') continue;
    const rate = rateIn(row, field);
    if (name === jurisdiction) return rate;
    if (rate !== undefined && (highest === undefined || rate > highest)) highest = rate;
  }
  if (jurisdiction === 'highest') return highest;
  row.tell('interstateRate', `the row has no ${jurisdiction} rate`);
  return undefined;
}

function rateIn(row: RowCells, field: Field): Micros | undefined {
  const scale = scaleOf(row, field);
  return (
    scale && row.take(field, readAmount(row.cellOf(field), row.context.survey.decimalMark, scale))
  );
}

/** Rates are per minute and in whole units unless a unit column or the heading says otherwise. */
function scaleOf(row: RowCells, field: Field): Scale | undefined {
  const heading = row.row.columns.headingOf(field) ?? '';
  const denominator = partsOf(row, field);
  const unit = row.cellOf('rateUnit');
  if (unit !== '') {
    const seconds = row.take('rateUnit', readSeconds(unit));
    if (seconds === 0) row.tell('rateUnit', 'a unit of no time');
    if (seconds === undefined || seconds === 0) return undefined;
    return { numerator: SECONDS_PER_MINUTE, denominator: denominator * BigInt(seconds) };
  }
  const isPerSecond = /(?:\bper|\/)\s*s(?:ec(?:ond)?s?)?\b/i.test(heading);
  if (isPerSecond) return { numerator: SECONDS_PER_MINUTE, denominator };
  return denominator === 1n ? AS_IT_STANDS : { numerator: 1n, denominator };
}
