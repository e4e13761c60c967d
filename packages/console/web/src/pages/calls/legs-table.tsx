import type { VNode } from 'preact';
import type { LegRow } from '../../api/call-row.ts';
import { StateMark } from '../../shell/state-mark.tsx';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';

const LEGS_OF_PAGE = 50;

const columns: readonly Column<LegRow>[] = [
  { id: 'node', title: 'Node', cell: ({ node }) => node },
  { id: 'direction', title: 'Direction', cell: ({ direction }) => direction },
  { id: 'driver', title: 'Driver', cell: ({ driver }) => driver },
  { id: 'address', title: 'Address', cell: ({ address }) => <span class="mono">{address}</span> },
  { id: 'state', title: 'State', cell: ({ state }) => <StateMark state={state} /> },
  { id: 'id', title: 'Leg', cell: ({ id }) => <span class="mono">{id}</span> },
];

/** The legs of a call with their addresses and names, for looking them up in a log. */
export function LegsTable({ legs }: { readonly legs: readonly LegRow[] }): VNode {
  return (
    <DataTable
      label="Legs"
      rows={legs}
      columns={columns}
      rowKey={({ node, id }) => `${node} ${id}`}
      start={{ pageSize: LEGS_OF_PAGE }}
      empty="This call has no legs now."
    />
  );
}
