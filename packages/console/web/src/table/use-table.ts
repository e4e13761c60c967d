import {
  constructTable,
  createPaginatedRowModel,
  createSortedRowModel,
  rowPaginationFeature,
  rowSortingFeature,
  tableFeatures,
} from '@tanstack/table-core';
import { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings';
import { useEffect, useMemo, useReducer } from 'preact/hooks';
import { type Column, compareValues, type SortedValue } from './column.ts';

/** As much of the library's rows as sorting needs. */
interface SortedRow {
  getValue(columnId: string): SortedValue;
}

/** How a table begins. */
export interface TableStart {
  readonly sortBy?: string;
  readonly isDescending?: boolean;
  readonly pageSize: number;
}

/** What a table shows now, and how to change it. */
export interface TableView<Row> {
  /** The rows of the page that is shown, in order. */
  readonly rows: readonly Row[];
  readonly sortedBy: string | undefined;
  readonly isDescending: boolean;
  /** From 0. */
  readonly pageIndex: number;
  readonly pageCount: number;
  /** Sorts upwards, then downwards, then not at all. */
  toggleSort(columnId: string): void;
  showPage(index: number): void;
}

/** Sorting and paging by the table library, drawn by Preact. */
export function useTable<Row extends object>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  start: TableStart,
): TableView<Row> {
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const table = useMemo(() => makeTable(columns, start), [columns]);
  useEffect(() => {
    const subscription = table.store.subscribe(() => draw(0));
    return () => subscription.unsubscribe();
  }, [table]);
  useMemo(() => table.setOptions((before) => ({ ...before, data: rows })), [table, rows]);

  const sort = table.atoms.sorting.get()[0];
  const pageCount = Math.max(1, table.getPageCount());
  const { pageIndex } = table.atoms.pagination.get();
  // Rows went away under the last page: the page that is last now is shown.
  const shown = Math.min(pageIndex, pageCount - 1);
  useEffect(() => {
    if (shown !== pageIndex) table.setPageIndex(shown);
  }, [shown, pageIndex]);
  return {
    rows: table.getRowModel().rows.map(({ original }) => original),
    sortedBy: sort?.id,
    isDescending: sort?.desc ?? false,
    pageIndex: shown,
    pageCount,
    toggleSort: (columnId) => table.getColumn(columnId)?.toggleSorting(),
    showPage: (index) => table.setPageIndex(index),
  };
}

function makeTable<Row extends object>(columns: readonly Column<Row>[], start: TableStart) {
  const { sortBy, isDescending = false, pageSize } = start;
  const features = tableFeatures({
    coreReactivityFeature: storeReactivityBindings(),
    rowSortingFeature,
    sortedRowModel: createSortedRowModel(),
    rowPaginationFeature,
    paginatedRowModel: createPaginatedRowModel(),
  });
  return constructTable<typeof features, Row>({
    features,
    data: [],
    columns: columns.map(({ id, sortValue }) => ({
      id,
      // The library keeps rows without a value last in both orders, if it finds undefined.
      accessorFn: (row: Row) => sortValue?.(row) ?? undefined,
      sortUndefined: 'last' as const,
      enableSorting: sortValue !== undefined,
      sortDescFirst: false,
      sortFn: (a: SortedRow, b: SortedRow, columnId: string) =>
        compareValues(a.getValue(columnId), b.getValue(columnId)),
    })),
    autoResetPageIndex: false,
    initialState: {
      sorting: sortBy === undefined ? [] : [{ id: sortBy, desc: isDescending }],
      pagination: { pageIndex: 0, pageSize },
    },
  });
}
