import type { CallRow } from '@tandem/console';
import { findApi } from '../api/find-api.ts';
import { OK } from '../cli/exit-codes.ts';
import { type Column, renderTable, showSpan } from '../cli/table.ts';
import type { Terminal } from '../cli/terminal.ts';
import { isOn, type Verb } from '../cli/verb.ts';
import { type ListedCalls, readCalls } from './read-calls.ts';
import { watchCalls } from './watch-calls.ts';

const COLUMNS: readonly Column<CallRow>[] = [
  { head: 'ID', cell: (row) => row.id },
  { head: 'STATE', cell: (row) => row.state },
  { head: 'CALLER', cell: (row) => row.caller },
  { head: 'CALLED', cell: (row) => row.called },
  { head: 'TENANT', cell: (row) => row.tenant },
  { head: 'IN', cell: (row) => row.inboundTrunk },
  { head: 'OUT', cell: (row) => row.outboundTrunk },
  { head: 'AGE', cell: (row) => showSpan(row.durationMs), align: 'right' },
  { head: 'SO FAR', cell: (row) => showMoney(row.price, row.currency), align: 'right' },
  { head: 'HELD', cell: (row) => showMoney(row.held, row.currency), align: 'right' },
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
    limit: { type: 'string', describe: 'rows of one page; without it all are listed' },
    cursor: { type: 'string', describe: 'nextCursor of the page before' },
    watch: { type: 'boolean', describe: 'show them again every second, until Ctrl-C' },
  },
  notes: '`tandem calls --tenant acme --json | tandem hangup -` ends many.',
  async run(args, terminal) {
    const api = findApi(args, terminal);
    const show = (listed: ListedCalls): void => showCalls(listed, isOn(args, 'json'), terminal);
    if (isOn(args, 'watch')) await watchCalls(api, args, terminal, show);
    else show(await readCalls(api, args));
    return OK;
  },
};

function showCalls(listed: ListedCalls, isJson: boolean, terminal: Terminal): void {
  const { calls, total, unanswered, bodies } = listed;
  if (isJson) for (const body of bodies) terminal.out(`${body}\n`);
  else {
    terminal.out(renderTable(calls, COLUMNS));
    if (total > calls.length) terminal.err(`${calls.length} of ${total} calls.\n`);
  }
  if (unanswered.length > 0) {
    terminal.err(`No answer in time, so not in this list: ${unanswered.join(', ')}.\n`);
  }
}

function showMoney(amount: string | null, currency: string | null): string | null {
  return amount === null ? null : `${amount} ${currency ?? ''}`.trimEnd();
}
