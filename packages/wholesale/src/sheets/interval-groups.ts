import { readSeconds } from './cell-increments.ts';
import type { RateRow } from './rate-row.ts';
import type { RowCells } from './row-cells.ts';

/**
 * CGRateS writes 60/1 as two rows for one prefix: increments of 60 s from 0 s on, of 1 s from 60 s
 * on (GroupIntervalStart). Folds the second into the first. Tells whether the row was such a second
 * one; if it cannot be folded (another price, more than one first increment), that is a problem of
 * the row.
 */
export class IntervalGroups {
  /** Where the rates of each prefix stand that began at 0 s. */
  readonly #positions = new Map<string, number>();

  /** @param rows the rates read so far; a folded row changes one of them */
  fold(row: RowCells, read: readonly RateRow[], rows: RateRow[]): boolean {
    const cell = row.cellOf('groupStart');
    if (cell === '') return false;
    const startSeconds = row.take('groupStart', readSeconds(cell));
    if (startSeconds === undefined) return true;
    for (const [at, rate] of read.entries()) {
      if (startSeconds === 0) this.#positions.set(keyOf(rate), rows.length + at);
      else this.#foldOne(row, rate, startSeconds, rows);
    }
    return startSeconds !== 0;
  }

  #foldOne(row: RowCells, rate: RateRow, startSeconds: number, rows: RateRow[]): void {
    const position = this.#positions.get(keyOf(rate));
    const before = position === undefined ? undefined : rows[position];
    if (position === undefined || before === undefined) {
      row.tell('groupStart', 'no row before this one begins at 0 s');
    } else if (before.rateMicrosPerMinute !== rate.rateMicrosPerMinute) {
      row.tell('rate', 'a price that changes in the course of a call cannot be priced');
    } else if (before.firstSeconds !== startSeconds) {
      row.tell('groupStart', 'more than one first increment cannot be priced');
    } else {
      rows[position] = { ...before, nextSeconds: rate.nextSeconds };
    }
  }
}

function keyOf({ prefix, callerPrefix, effectiveAt }: RateRow): string {
  return `${prefix}/${callerPrefix}/${effectiveAt}`;
}
