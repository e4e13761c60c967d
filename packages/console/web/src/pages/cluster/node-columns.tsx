import type { NodeRow } from '../../api/node-row.ts';
import { formatDuration, formatSpan } from '../../format/duration.ts';
import { formatBytes, formatCount, formatRate } from '../../format/quantity.ts';
import { StateMark } from '../../shell/state-mark.tsx';
import type { Column } from '../../table/column.ts';

/** The health of each node, one a row. `onDrain` is absent where the role may not drain. */
export function nodeColumns(
  askedNode: string,
  onDrain: ((node: NodeRow) => void) | undefined,
): readonly Column<NodeRow>[] {
  const columns: readonly Column<NodeRow>[] = [
    {
      id: 'name',
      title: 'Node',
      cell: (node) => (
        <>
          <b>{node.name}</b>
          {node.name === askedNode && <span class="muted"> (this one)</span>}
          <div class="muted small mono">{node.addresses.join(' ')}</div>
        </>
      ),
      sortValue: ({ name }) => name,
    },
    {
      id: 'state',
      title: 'State',
      cell: ({ state, lastSeenMs }) => (
        <>
          <StateMark state={state} />
          {lastSeenMs > 3_000 && <div class="muted small">seen {formatSpan(lastSeenMs)} ago</div>}
        </>
      ),
      sortValue: ({ state }) => state,
    },
    count('calls', 'Calls', ({ calls }) => calls, formatCount),
    count('callsPerSecond', 'Calls/s', ({ callsPerSecond }) => callsPerSecond, formatRate),
    count('loopLagMs', 'Loop lag', ({ loopLagMs }) => loopLagMs, formatSpan),
    count('memoryBytes', 'Memory', ({ memoryBytes }) => memoryBytes, formatBytes),
    {
      id: 'nats',
      title: 'NATS',
      cell: (node) => (node.state === 'dead' ? '–' : <StateMark state={node.nats} />),
      sortValue: ({ nats }) => nats,
    },
    {
      id: 'database',
      title: 'Database',
      cell: (node) => (node.state === 'dead' ? '–' : <StateMark state={node.database} />),
      sortValue: ({ database }) => database,
    },
    count('journalRecords', 'Journal', ({ journalRecords }) => journalRecords, formatCount),
    count('uptimeMs', 'Uptime', ({ uptimeMs }) => uptimeMs, formatDuration),
    {
      id: 'version',
      title: 'Version',
      cell: ({ version, boot }) => (
        <>
          {version}
          <div class="muted small mono whole">{boot}</div>
        </>
      ),
      sortValue: ({ version }) => version,
    },
  ];
  if (onDrain === undefined) return columns;
  const action: Column<NodeRow> = {
    id: 'action',
    title: '',
    cell: (node) =>
      ['up', 'lagging'].includes(node.state) && (
        <button
          type="button"
          class="button-small"
          aria-label={`Drain ${node.name}`}
          onClick={() => onDrain(node)}
        >
          Drain
        </button>
      ),
  };
  return [...columns, action];
}

/** A dead node has no numbers: its last ones would be read as news. */
function count(
  id: string,
  title: string,
  value: (node: NodeRow) => number,
  format: (value: number) => string,
): Column<NodeRow> {
  return {
    id,
    title,
    cell: (node) => (node.state === 'dead' ? '–' : format(value(node))),
    sortValue: (node) => (node.state === 'dead' ? null : value(node)),
    isNumeric: true,
  };
}
