import type { ComponentChildren } from 'preact';

/** What a column is ordered by; null goes last, whichever way. */
export type SortValue = string | number | bigint | boolean | null;

/** One column of a table of rows. */
export interface Column<Row> {
  readonly id: string;
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
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
