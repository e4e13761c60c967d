import type { VNode } from 'preact';
import { formatDuration, formatSpan } from '../../format/duration.ts';
import { amountColumn } from '../../table/amount-column.tsx';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import type { AttemptRow } from './explanation.ts';

const ROWS_OF_PAGE = 50;

function columnsOf(currency: string | null): readonly Column<AttemptRow>[] {
  return [
    {
      id: 'number',
      title: '#',
      cell: ({ number }) => number,
      sortValue: ({ number }) => number,
      isNumeric: true,
    },
    { id: 'trunk', title: 'Trunk', cell: ({ trunk }) => trunk, sortValue: ({ trunk }) => trunk },
    { id: 'called', title: 'Called', cell: ({ called }) => <span class="number">{called}</span> },
    { id: 'status', title: 'Result', cell: ({ status, reason }) => `${status} ${reason}` },
    {
      id: 'rang',
      title: 'Rang',
      cell: ({ ringMs }) => (ringMs === null ? '–' : formatSpan(ringMs)),
      isNumeric: true,
    },
    {
      id: 'length',
      title: 'Length',
      cell: ({ durationMs }) => (durationMs === null ? '–' : formatDuration(durationMs)),
      isNumeric: true,
    },
    amountColumn({
      id: 'cost',
      title: 'Cost',
      value: ({ cost }) => cost,
      currency: () => currency,
    }),
  ];
}

/** Whom a call was tried at, one after the other, and what each try cost. */
export function AttemptsTable(props: {
  readonly attempts: readonly AttemptRow[];
  readonly currency: string | null;
}): VNode {
  const { attempts, currency } = props;
  return (
    <DataTable
      label="Attempts"
      rows={attempts}
      columns={columnsOf(currency)}
      rowKey={({ number, trunk }) => `${number} ${trunk}`}
      start={{ pageSize: ROWS_OF_PAGE }}
      empty="No carrier was tried."
    />
  );
}
