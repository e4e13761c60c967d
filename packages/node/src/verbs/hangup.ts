import { type ApiClient, type ApiReply, faultOf } from '../api/api-client.ts';
import { findApi } from '../api/find-api.ts';
import { CliFault } from '../cli/cli-fault.ts';
import { FAILED, OK, WRONG_USE } from '../cli/exit-codes.ts';
import { printable } from '../cli/printable.ts';
import { isOn, textOf, type Verb } from '../cli/verb.ts';
import { readCallIds } from './call-ids.ts';

/** Calls that are hung up at the same time. */
const PARALLEL_MAX = 16;

/** `tandem hangup`: ends calls, wherever they are. */
export const hangupVerb: Verb = {
  command: 'hangup <id>',
  describe:
    'end a call on whichever node it is; - reads ids, or the JSON of calls, from standard input',
  options: {
    reason: { type: 'string', describe: 'word for the record of the call', default: 'operator' },
  },
  async run(args, terminal) {
    const id = textOf(args, 'id') ?? '';
    const ids = id === '-' ? readCallIds(await terminal.readInput()) : [id];
    if (ids === undefined) {
      const hint = 'give the output of `tandem calls --json`, or one id a line';
      throw new CliFault('standard input: expected ids of calls', WRONG_USE, hint);
    }
    const api = findApi(args, terminal);
    const reason = textOf(args, 'reason') ?? 'operator';
    let failed = 0;
    for (let begin = 0; begin < ids.length; begin += PARALLEL_MAX) {
      const batch = ids.slice(begin, begin + PARALLEL_MAX);
      const replies = await Promise.all(batch.map((call) => hangUp(api, call, reason)));
      for (const [index, reply] of replies.entries()) {
        const call = printable(batch[index]!);
        const hasFailed = reply.status >= 400;
        if (isOn(args, 'json')) terminal.out(`${reply.text}\n`);
        else if (!hasFailed) terminal.out(`ended ${call}\n`);
        if (!hasFailed) continue;
        failed++;
        if (!isOn(args, 'json')) terminal.err(`${call}: ${faultOf(reply).message}\n`);
      }
    }
    if (ids.length === 0) terminal.err('There was nothing to hang up.\n');
    return failed > 0 ? FAILED : OK;
  },
};

async function hangUp(api: ApiClient, id: string, reason: string): Promise<ApiReply> {
  return await api.send('DELETE', `/calls/${encodeURIComponent(id)}`, { reason });
}
