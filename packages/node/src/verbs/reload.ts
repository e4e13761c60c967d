import { faultOf } from '../api/api-client.ts';
import { findApi } from '../api/find-api.ts';
import { FAILED, OK } from '../cli/exit-codes.ts';
import { isOn, type Verb } from '../cli/verb.ts';
import type { NodeReloadRow } from '../resources/reload-nodes.ts';

/** `tandem reload`: every node reads its configuration again, all or none. */
export const reloadVerb: Verb = {
  command: 'reload',
  describe: 'let every node read its configuration again: all check first, then all switch or none',
  async run(args, terminal) {
    const reply = await findApi(args, terminal).send('POST', '/reload');
    const isRefused = reply.status === 409;
    if (reply.status >= 400 && !isRefused) throw faultOf(reply);
    if (isOn(args, 'json')) terminal.out(`${reply.text}\n`);
    else {
      const { nodes, unanswered } = reply.body as {
        readonly nodes: readonly NodeReloadRow[];
        readonly unanswered: readonly string[];
      };
      const say = (text: string): void => (isRefused ? terminal.err(text) : terminal.out(text));
      for (const row of nodes) say(describeRow(row, isRefused));
      for (const node of unanswered) say(`${node}: did not answer in time\n`);
      if (isRefused) terminal.err('Nothing was changed.\n');
    }
    return isRefused ? FAILED : OK;
  },
};

function describeRow(row: NodeReloadRow, isRefused: boolean): string {
  const { node, problems, changed, forRestart } = row;
  if (problems.length > 0) return problems.map((text) => `${node}: ${text}\n`).join('');
  if (isRefused) return `${node}: is ready to change\n`;
  const what = changed.length === 0 ? 'nothing has changed' : `changed ${changed.join(', ')}`;
  const later = forRestart.map((key) => `${node}: ${key} counts at the next start only\n`);
  return `${node}: ${what}\n${later.join('')}`;
}
