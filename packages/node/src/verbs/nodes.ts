import type { NodeRow } from '@tandem/console';
import { findApi } from '../api/find-api.ts';
import { OK } from '../cli/exit-codes.ts';
import { type Column, renderTable, showSpan } from '../cli/table.ts';
import { isOn, type Verb } from '../cli/verb.ts';

const MEGABYTE = 1_048_576;

const COLUMNS: readonly Column<NodeRow>[] = [
  { head: 'NODE', cell: (row) => row.name },
  { head: 'STATE', cell: (row) => row.state },
  { head: 'VERSION', cell: (row) => row.version },
  { head: 'UPTIME', cell: (row) => showSpan(row.uptimeMs), align: 'right' },
  { head: 'CALLS', cell: (row) => row.calls, align: 'right' },
  { head: 'CALLS/S', cell: (row) => row.callsPerSecond, align: 'right' },
  { head: 'LAG', cell: (row) => `${row.loopLagMs} ms`, align: 'right' },
  { head: 'MEMORY', cell: (row) => `${Math.round(row.memoryBytes / MEGABYTE)} MB`, align: 'right' },
  { head: 'NATS', cell: (row) => row.nats },
  { head: 'DATABASE', cell: (row) => row.database },
  { head: 'SEEN BY', cell: (row) => seenBy(row) },
  { head: 'ADDRESSES', cell: (row) => row.addresses.join(' ') },
];

/** `tandem nodes`: how each node is. */
export const nodesVerb: Verb = {
  command: 'nodes',
  describe: 'list the nodes of the cluster: state, load, connections, and how the others see them',
  async run(args, terminal) {
    const { text, body } = await findApi(args, terminal).ask('GET', '/nodes');
    const { nodes } = body as { readonly nodes: readonly NodeRow[] };
    terminal.out(isOn(args, 'json') ? `${text}\n` : renderTable(nodes, COLUMNS));
    return OK;
  },
};

function seenBy({ seenBy: states }: NodeRow): string {
  return Object.entries(states)
    .map(([node, state]) => `${node}:${state}`)
    .join(' ');
}
