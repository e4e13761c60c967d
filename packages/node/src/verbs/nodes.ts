import type { NodeRow } from '@tandem/console';
import { findApi } from '../api/find-api.ts';
import { OK } from '../cli/exit-codes.ts';
import { type Column, renderTable, showSpan } from '../cli/table.ts';
import { isOn, type Verb } from '../cli/verb.ts';

const MEGABYTE = 1_048_576;

/** What is said of a node; of a dead one nothing is known but who it was. */
function columnsOf(newest: ReadonlyMap<string, number>): readonly Column<NodeRow>[] {
  const living =
    (cell: (row: NodeRow) => string | number): Column<NodeRow>['cell'] =>
    (row) =>
      row.state === 'dead' ? null : cell(row);
  return [
    { head: 'NODE', cell: (row) => row.name },
    { head: 'STATE', cell: (row) => row.state },
    { head: 'SEEN BY', cell: (row) => seenBy(row) },
    { head: 'SEEN', cell: (row) => `${showSpan(row.lastSeenMs)} ago`, align: 'right' },
    { head: 'BOOT', cell: (row) => row.boot },
    { head: 'VERSION', cell: (row) => row.version },
    { head: 'UPTIME', cell: living((row) => showSpan(row.uptimeMs)), align: 'right' },
    { head: 'CALLS', cell: (row) => row.calls, align: 'right' },
    { head: 'CALLS/S', cell: (row) => row.callsPerSecond, align: 'right' },
    { head: 'LAG', cell: living((row) => `${row.loopLagMs} ms`), align: 'right' },
    { head: 'MEMORY', cell: living(memoryOf), align: 'right' },
    { head: 'NATS', cell: living((row) => row.nats) },
    { head: 'DATABASE', cell: living((row) => row.database) },
    { head: 'JOURNAL', cell: living((row) => row.journalRecords), align: 'right' },
    { head: 'DECKS', cell: living((row) => decksOf(row, newest)), align: 'right' },
    { head: 'ADDRESSES', cell: (row) => row.addresses.join(' ') },
  ];
}

/** `tandem nodes`: how each node is. */
export const nodesVerb: Verb = {
  command: 'nodes',
  describe: 'list the nodes of the cluster: state, load, connections, and how the others see them',
  async run(args, terminal) {
    const { text, body } = await findApi(args, terminal).ask('GET', '/nodes');
    const { nodes } = body as { readonly nodes: readonly NodeRow[] };
    terminal.out(isOn(args, 'json') ? `${text}\n` : renderTable(nodes, columnsOf(newestOf(nodes))));
    return OK;
  },
};

function seenBy({ seenBy: states }: NodeRow): string {
  return Object.entries(states)
    .map(([node, state]) => `${node}:${state}`)
    .join(' ');
}

function memoryOf({ memoryBytes }: NodeRow): string {
  return `${Math.round(memoryBytes / MEGABYTE)} MB`;
}

/** The newest version of each deck that any node goes by. */
function newestOf(rows: readonly NodeRow[]): ReadonlyMap<string, number> {
  const newest = new Map<string, number>();
  for (const { name, version } of rows.flatMap(({ decks }) => decks)) {
    newest.set(name, Math.max(version, newest.get(name) ?? 0));
  }
  return newest;
}

/** How many decks it has, and how many of them are behind those of others. */
function decksOf({ decks }: NodeRow, newest: ReadonlyMap<string, number>): string {
  const fresh = decks.filter(({ name, version }) => version >= (newest.get(name) ?? 0)).length;
  const behind = newest.size - fresh;
  return behind === 0 ? String(decks.length) : `${decks.length}, ${behind} behind`;
}
