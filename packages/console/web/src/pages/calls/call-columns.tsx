import type { CallRow } from '../../api/call-row.ts';
import { formatDuration } from '../../format/duration.ts';
import { hrefOf } from '../../shell/place.ts';
import { StateMark } from '../../shell/state-mark.tsx';
import { amountColumn } from '../../table/amount-column.tsx';
import type { Column } from '../../table/column.ts';
import { callStates } from './call-filter.ts';

/** What the columns need beside a row. */
export interface CallColumnOptions {
  /** Age of a call at this moment, ms. */
  readonly age: (call: CallRow) => number;
  /** Absent: the role may not hang up. */
  readonly onHangUp: ((call: CallRow) => void) | undefined;
}

const currency = (call: CallRow): string | null => call.currency;

/** The columns of the active calls. Every text of a caller is set as text, never as markup. */
export function callColumns({ age, onHangUp }: CallColumnOptions): readonly Column<CallRow>[] {
  const columns: readonly Column<CallRow>[] = [
    {
      id: 'state',
      title: 'State',
      cell: ({ state }) => <StateMark state={state} />,
      sortValue: ({ state }) => callStates.findIndex((known) => known === state),
    },
    {
      id: 'age',
      title: 'Age',
      cell: (call) => formatDuration(age(call)),
      // By the start, the other way round: the order does not change while the clock runs.
      sortValue: ({ startedAt }) => -startedAt,
      isNumeric: true,
    },
    {
      id: 'caller',
      title: 'Caller',
      cell: (call) => (
        <a class="number" href={hrefOf('calls', call.id)} title="The call’s page">
          {call.caller === '' ? 'anonymous' : call.caller}
        </a>
      ),
      sortValue: ({ caller }) => caller,
    },
    {
      id: 'called',
      title: 'Called',
      cell: ({ called }) => <span class="number">{called}</span>,
      sortValue: ({ called }) => called,
    },
    {
      id: 'tenant',
      title: 'Tenant',
      cell: ({ tenant }) => tenant ?? '–',
      sortValue: ({ tenant }) => tenant,
    },
    {
      id: 'trunks',
      title: 'Trunks',
      cell: (call) => trunksOf(call) ?? '–',
      sortValue: (call) => trunksOf(call),
    },
    {
      id: 'node',
      title: 'Node',
      cell: (call) => nodesOf(call).join(' → '),
      sortValue: ({ node }) => node,
    },
    amountColumn({ id: 'price', title: 'So far', value: ({ price }) => price, currency }),
    amountColumn({ id: 'held', title: 'Held', value: ({ held }) => held, currency }),
  ];
  if (onHangUp === undefined) return columns;
  const action: Column<CallRow> = {
    id: 'action',
    title: '',
    cell: (call) => (
      <button
        type="button"
        class="button-danger button-small"
        aria-label={`Hang up ${call.caller} to ${call.called}`}
        onClick={() => onHangUp(call)}
      >
        Hang up
      </button>
    ),
  };
  return [...columns, action];
}

/** The nodes that carry a call, the one of its incoming leg first. */
export function nodesOf({ node, legs }: CallRow): readonly string[] {
  return [...new Set([node, ...legs.map((leg) => leg.node)])];
}

/** Where a call came in and where it goes out; null: no trunk has to do with it. */
export function trunksOf({ inboundTrunk, outboundTrunk }: CallRow): string | null {
  if (inboundTrunk === null && outboundTrunk === null) return null;
  return `${inboundTrunk ?? '–'} → ${outboundTrunk ?? '–'}`;
}
