import type { CallRow } from '@tandem/console';
import { findApi } from '../api/find-api.ts';
import { OK } from '../cli/exit-codes.ts';
import { type Column, renderTable, showSpan } from '../cli/table.ts';
import { isOn, textOf, type Verb } from '../cli/verb.ts';

const FILTERS = ['tenant', 'state', 'caller', 'called', 'trunk', 'limit', 'cursor'] as const;

const COLUMNS: readonly Column<CallRow>[] = [
  { head: 'ID', cell: (row) => row.id },
  { head: 'STATE', cell: (row) => row.state },
  { head: 'CALLER', cell: (row) => row.caller },
  { head: 'CALLED', cell: (row) => row.called },
  { head: 'TENANT', cell: (row) => row.tenant },
  { head: 'AGE', cell: (row) => showSpan(row.durationMs), align: 'right' },
  {
    head: 'LEGS',
    cell: (row) => row.legs.map(({ node, driver }) => `${driver}@${node}`).join(' '),
  },
];

/** `tandem calls`: the active calls of all nodes. */
export const callsVerb: Verb = {
  command: 'calls',
  describe: 'list the active calls of all nodes',
  options: {
    at: { type: 'string', describe: 'calls that came in at this node' },
    tenant: { type: 'string', describe: 'calls of this tenant' },
    state: {
      type: 'string',
      describe: 'calls in this state',
      choices: ['routing', 'trying', 'ringing', 'up', 'ending'],
    },
    caller: { type: 'string', describe: 'begin of the number or name of the caller' },
    called: { type: 'string', describe: 'begin of the called number or name' },
    trunk: { type: 'string', describe: 'inbound or outbound trunk' },
    limit: { type: 'string', describe: 'rows of a page' },
    cursor: { type: 'string', describe: 'nextCursor of the page before' },
  },
  notes: '`tandem calls --tenant acme --json | tandem hangup -` ends many.',
  async run(args, terminal) {
    const query = new URLSearchParams();
    for (const name of FILTERS) {
      const value = textOf(args, name);
      if (value !== undefined) query.set(name, value);
    }
    const at = textOf(args, 'at');
    if (at !== undefined) query.set('node', at);
    const { text, body } = await findApi(args, terminal).ask('GET', `/calls?${query.toString()}`);
    const { calls, total, unanswered } = body as {
      readonly calls: readonly CallRow[];
      readonly total: number;
      readonly unanswered: readonly string[];
    };
    terminal.out(isOn(args, 'json') ? `${text}\n` : renderTable(calls, COLUMNS));
    if (!isOn(args, 'json') && total > calls.length) {
      terminal.err(`${calls.length} of ${total} calls; more with --limit.\n`);
    }
    if (unanswered.length > 0) {
      terminal.err(`No answer in time, so not in this list: ${unanswered.join(', ')}.\n`);
    }
    return OK;
  },
};
