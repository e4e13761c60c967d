import { findApi } from '../api/find-api.ts';
import { FAILED, OK } from '../cli/exit-codes.ts';
import { renderTable } from '../cli/table.ts';
import { isOn, textOf, type Verb } from '../cli/verb.ts';
import type { HandlerRow } from '../resources/list-handlers.ts';

/** `tandem handlers`: who is asked, in which order. */
export const handlersVerb: Verb = {
  command: 'handlers [message]',
  describe: 'show who answers a message on a running node, in the order in which they are asked',
  async run(args, terminal) {
    const message = textOf(args, 'message');
    const query = message === undefined ? '' : `?message=${encodeURIComponent(message)}`;
    const { text, body } = await findApi(args, terminal).ask('GET', `/handlers${query}`);
    const { handlers } = body as { readonly handlers: readonly HandlerRow[] };
    if (isOn(args, 'json')) {
      terminal.out(`${text}\n`);
      return OK;
    }
    if (handlers.length === 0) {
      terminal.err(
        `Nobody handles ${message ?? 'anything'}. docs/MESSAGES.md lists the messages.\n`,
      );
      return FAILED;
    }
    terminal.out(
      renderTable(handlers, [
        { head: 'MESSAGE', cell: (row) => row.message },
        { head: 'PRIORITY', cell: (row) => row.priority, align: 'right' },
        { head: 'HANDLER', cell: (row) => row.handler },
        { head: 'PLUGIN', cell: (row) => row.plugin },
      ]),
    );
    return OK;
  },
};
