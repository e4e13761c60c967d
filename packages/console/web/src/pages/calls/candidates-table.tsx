import type { VNode } from 'preact';
import { amountColumn } from '../../table/amount-column.tsx';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import type { CandidateRow } from './candidate.ts';

const ROWS_OF_PAGE = 50;

const columns: readonly Column<CandidateRow>[] = [
  {
    id: 'taken',
    title: 'Taken',
    cell: ({ isTaken }) => (
      <span class={isTaken ? 'state state-good' : 'state state-quiet'}>
        {isTaken ? 'yes' : 'no'}
      </span>
    ),
    sortValue: ({ isTaken }) => !isTaken,
  },
  { id: 'trunk', title: 'Trunk', cell: ({ trunk }) => trunk, sortValue: ({ trunk }) => trunk },
  {
    id: 'priority',
    title: 'Priority',
    cell: ({ priority }) => priority,
    sortValue: ({ priority }) => priority,
    isNumeric: true,
  },
  {
    id: 'weight',
    title: 'Weight',
    cell: ({ weight }) => weight,
    sortValue: ({ weight }) => weight,
    isNumeric: true,
  },
  amountColumn({
    id: 'rate',
    title: 'Buys at, a minute',
    value: ({ rate }) => rate,
    currency: () => null,
  }),
  { id: 'reason', title: 'Why', cell: ({ reason }) => reason },
];

/** The carriers that were looked at, each with the reason why it was or was not taken. */
export function CandidatesTable(props: { readonly candidates: readonly CandidateRow[] }): VNode {
  return (
    <DataTable
      label="Candidates"
      rows={props.candidates}
      columns={columns}
      rowKey={({ trunk, priority, weight }) => `${trunk} ${priority} ${weight}`}
      start={{ pageSize: ROWS_OF_PAGE }}
      empty="No route of the profile fits this number."
    />
  );
}
