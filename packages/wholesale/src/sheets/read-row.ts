import { rateProblem } from '@tandem/rating';
import { isForeignAmount, isForeignHeading } from './cell-currency.ts';
import { readChange, readFlag } from './cell-change.ts';
import { readEnd, readInstant } from './cell-instant.ts';
import type { Change, RateRow } from './rate-row.ts';
import { type Amounts, readAmounts } from './row-amounts.ts';
import { AMOUNT_FIELDS } from './sheet-survey.ts';
import type { RowCells } from './row-cells.ts';
import { readPrefixes } from './row-codes.ts';
import { readPair } from './row-increments.ts';

const AT_ONCE = /^(immediate(ly)?|now|asap|current(ly)?|at once|-)$/i;
const DESTINATION_LENGTH_MAX = 200;

/**
 * The rates of one row, one for each of its prefixes; none if anything is wrong with it. Goes on
 * after the first problem, so that a person can mend all of them at once.
 */
export function readRow(row: RowCells): RateRow[] {
  checkWidth(row);
  checkCurrency(row);
  const { prefixes, callerPrefixes } = readPrefixes(row);
  const amounts = readAmounts(row);
  const change = changeOf(row, amounts);
  const common = {
    rateMicrosPerMinute: amounts.rate,
    connectFeeMicros: amounts.connectFee,
    ...readPair(row),
    ...datesOf(row, change),
    isBlocked: isBlocked(row, amounts, change),
    line: row.row.line,
    destination: row.cellOf('destination').slice(0, DESTINATION_LENGTH_MAX),
    ...(change === undefined ? {} : { change }),
  };
  const rates = prefixes.flatMap((prefix) => {
    return callerPrefixes.map((callerPrefix): RateRow => ({ prefix, callerPrefix, ...common }));
  });
  const problem = rates.map(rateProblem).find((found) => found !== undefined);
  if (problem !== undefined) row.tell(undefined, problem);
  return row.hasProblem ? [] : rates;
}

function changeOf(row: RowCells, amounts: Amounts): Change | undefined {
  if (amounts.instead === 'closed') return 'closed';
  const read = readChange(row.cellOf('change'));
  if (!('problem' in read)) return read.value;
  // A column called Status may hold anything: its words alone do not spoil a row.
  row.remark('change', read.problem);
  return undefined;
}

function isBlocked(row: RowCells, amounts: Amounts, change: Change | undefined): boolean {
  const isFlagged = row.take('blocked', readFlag(row.cellOf('blocked'))) ?? false;
  const enabled = row.cellOf('enabled');
  const isEnabled = enabled === '' || row.take('enabled', readFlag(enabled)) !== false;
  if (change === 'closed') return false;
  if (change === 'blocked' || isFlagged || !isEnabled) return true;
  if (amounts.instead !== 'blocked') return false;
  row.remark(row.has('rate') ? 'rate' : 'interstateRate', 'no rate: the prefix is blocked');
  return true;
}

/** A closed row has no end of its own: what it closes ends on the later of its two dates. */
function datesOf(
  row: RowCells,
  change: Change | undefined,
): Pick<RateRow, 'effectiveAt' | 'endsAt'> {
  const effectiveAt = instantOf(row, 'effective') ?? row.context.options.effectiveAt;
  const endsAt = instantOf(row, 'ends') ?? null;
  return change === 'closed'
    ? { effectiveAt: endsAt ?? effectiveAt, endsAt: null }
    : { effectiveAt, endsAt };
}

function instantOf(row: RowCells, field: 'effective' | 'ends'): number | null | undefined {
  const cell = row.cellOf(field);
  if (cell === '' || AT_ONCE.test(cell)) return undefined;
  const read = field === 'ends' ? readEnd : readInstant;
  return row.take<number | null>(field, read(cell, row.context.survey.dateOrder));
}

function checkWidth(row: RowCells): void {
  const { cells, columns } = row.row;
  const hasMore = cells.slice(columns.headings.length).some((cell) => cell !== '');
  if (!hasMore) return;
  const widths = `${cells.length} cells under ${columns.headings.length} headings`;
  row.tell(undefined, `${widths}: a delimiter in a cell without quotes`);
}

/** A currency may stand in a column of its own, in the heading of a price, or beside each price. */
function checkCurrency(row: RowCells): void {
  const { currency } = row.context.options;
  if (currency === undefined) return;
  const cell = row.cellOf('currency');
  const isOther = cell !== '' && cell.toUpperCase() !== currency;
  if (isOther) row.tell('currency', `the deck is in ${currency}`);
  for (const field of AMOUNT_FIELDS) {
    const heading = row.row.columns.headingOf(field);
    if (heading === undefined) continue;
    if (isForeignHeading(heading, currency) || isForeignAmount(row.cellOf(field), currency)) {
      row.tell(field, `the deck is in ${currency}`);
    }
  }
}
