import type { ComponentChildren } from 'preact';

/** What a column is ordered by; null goes last, whichever way. */
export type SortValue = string | number | bigint | boolean | null;

/** One column of a table of rows. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  /** `digits`: the most that any row shown now has behind its point. */
  readonly cell: (row: Row, digits: number) => ComponentChildren;
  /** Digits behind the point that a row has in this column; absent: it has no amounts. */
  readonly digits?: (row: Row) => number;
  /** Absent: the column cannot be sorted. */
  readonly sortValue?: (row: Row) => SortValue;
  /** Numbers stand at the end of their column. */
  readonly isNumeric?: boolean;
}

/** A value of a column that is there. */
export type SortedValue = NonNullable<SortValue>;

/** Orders two values of a column upwards: texts as people count, `trunk9` before `trunk10`. */
export function compareValues(a: SortedValue, b: SortedValue): number {
  if (typeof a === 'string' && typeof b === 'string') {
    return a.localeCompare(b, 'en', { numeric: true });
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
