import type { ComponentChildren, VNode } from 'preact';
import { formatCount } from '../format/quantity.ts';
import type { Column } from './column.ts';
import { type TableStart, type TableView, useTable } from './use-table.ts';

/** What a table shows. */
export interface DataTableProps<Row extends object> {
  /** Read out by screen readers before the table. */
  readonly label: string;
  readonly rows: readonly Row[];
  /** The same list at each draw, or the order is forgotten. */
  readonly columns: readonly Column<Row>[];
  readonly rowKey: (row: Row) => string;
  readonly start: TableStart;
  /** What stands there when there are no rows. */
  readonly empty: ComponentChildren;
}

/**
 * A table that sorts and pages. On a narrow screen each row becomes a card, with the titles of
 * the columns beside the values.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>): VNode {
  const { label, rows, columns, rowKey, start, empty } = props;
  const view = useTable(rows, columns, start);
  const digits = columns.map(({ digits: of }) =>
    of === undefined ? 0 : Math.max(0, ...view.rows.map(of)),
  );
  if (rows.length === 0) return <div class="notice notice-empty">{empty}</div>;
  return (
    <>
      <div class="table-frame">
        <table class="data-table" aria-label={label}>
          <thead>
            <tr>
              {columns.map((column) => (
                <HeadCell key={column.id} column={column} view={view} />
              ))}
            </tr>
          </thead>
          <tbody>
            {view.rows.map((row) => (
              <tr key={rowKey(row)}>
                {columns.map(({ id, title, cell, isNumeric }, index) => (
                  <td key={id} data-title={title} class={isNumeric ? 'numeric' : ''}>
                    {cell(row, digits[index] ?? 0)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {view.pageCount > 1 && <Pager view={view} total={rows.length} pageSize={start.pageSize} />}
    </>
  );
}

function HeadCell<Row>(props: { column: Column<Row>; view: TableView<Row> }): VNode {
  const { column, view } = props;
  const { id, title, sortValue, isNumeric } = column;
  const className = isNumeric ? 'numeric' : '';
  if (sortValue === undefined) {
    return (
      <th scope="col" class={className}>
        {title}
      </th>
    );
  }
  const isSorted = view.sortedBy === id;
  const order = !isSorted ? 'none' : view.isDescending ? 'descending' : 'ascending';
  return (
    <th scope="col" class={className} aria-sort={order}>
      <button type="button" class="sort-button" onClick={() => view.toggleSort(id)}>
        {title}
        <span class={`sort-mark sort-${order}`} aria-hidden="true" />
      </button>
    </th>
  );
}

function Pager<Row>(props: { view: TableView<Row>; total: number; pageSize: number }): VNode {
  const { view, total, pageSize } = props;
  const first = view.pageIndex * pageSize + 1;
  const last = Math.min(total, first + pageSize - 1);
  return (
    <nav class="pager" aria-label="Pages of the table">
      <button
        type="button"
        disabled={view.pageIndex === 0}
        onClick={() => view.showPage(view.pageIndex - 1)}
      >
        ‹ Previous
      </button>
      <span>
        {formatCount(first)}–{formatCount(last)} of {formatCount(total)}
      </span>
      <button
        type="button"
        disabled={view.pageIndex >= view.pageCount - 1}
        onClick={() => view.showPage(view.pageIndex + 1)}
      >
        Next ›
      </button>
    </nav>
  );
}
