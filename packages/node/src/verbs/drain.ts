import { findApi } from '../api/find-api.ts';
import { OK } from '../cli/exit-codes.ts';
import { isOn, textOf, type Verb } from '../cli/verb.ts';

/** `tandem drain`: a node takes no new calls and ends with its last one. */
export const drainVerb: Verb = {
  command: 'drain [target]',
  describe: 'let a node take no new calls, keep the running ones, and end with the last of them',
  notes: 'Without the name of a node: the one that is asked.',
  async run(args, terminal) {
    const node = textOf(args, 'target');
    const question = node === undefined ? {} : { node };
    const { text, body } = await findApi(args, terminal).ask('POST', '/drain', question);
    const answer = body as { readonly node: string; readonly calls: number };
    const { calls } = answer;
    const rest = calls === 0 ? 'it ends now' : `it ends with the last of ${calls} calls`;
    terminal.out(
      isOn(args, 'json') ? `${text}\n` : `${answer.node} takes no new calls; ${rest}.\n`,
    );
    return OK;
  },
};
