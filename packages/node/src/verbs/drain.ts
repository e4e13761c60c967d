import type { NodeRow } from '@tandem/console';
import { findApi } from '../api/find-api.ts';
import { CliFault } from '../cli/cli-fault.ts';
import { FAILED, OK, WRONG_USE } from '../cli/exit-codes.ts';
import { isOn, textOf, type Verb } from '../cli/verb.ts';
import { waitForEnd } from './wait-for-end.ts';

const TIMEOUT_DEFAULT_SECONDS = '3600';

/** `tandem drain`: a node takes no new calls and ends with its last one. */
export const drainVerb: Verb = {
  command: 'drain [target]',
  describe: 'let a node take no new calls, keep the running ones, and end with the last of them',
  options: {
    wait: { type: 'boolean', describe: 'return only when the node has ended', default: false },
    timeout: {
      type: 'string',
      describe: 'seconds that --wait waits at most; exit 1 if the node still has calls then',
      default: TIMEOUT_DEFAULT_SECONDS,
    },
  },
  notes: 'Without the name of a node: the one that is asked.',
  async run(args, terminal) {
    const limitMs = secondsOf(textOf(args, 'timeout') ?? TIMEOUT_DEFAULT_SECONDS) * 1_000;
    const api = findApi(args, terminal);
    const before = (await api.ask('GET', '/nodes')).body as {
      readonly askedNode: string;
      readonly nodes: readonly NodeRow[];
    };
    const target = textOf(args, 'target');
    const question = target === undefined ? {} : { node: target };
    const { text, body } = await api.ask('POST', '/drain', question);
    const { node: name, calls } = body as { readonly node: string; readonly calls: number };
    const isJson = isOn(args, 'json');
    const rest = calls === 0 ? 'it ends now' : `it ends with the last of ${calls} calls`;
    terminal.out(isJson ? `${text}\n` : `${name} takes no new calls; ${rest}.\n`);
    if (!isOn(args, 'wait')) return OK;

    const boot = before.nodes.find((row) => row.name === name)?.boot ?? '';
    const node = { name, boot, isAsked: before.askedNode === name };
    const hasEnded = await waitForEnd(api, node, limitMs, terminal);
    if (!hasEnded) {
      const hint = '`tandem calls` lists what is left; wait on, or hang them up';
      throw new CliFault(`${name} still has calls after ${limitMs / 1_000} s`, FAILED, hint);
    }
    if (!isJson) terminal.out(`${name} has ended.\n`);
    return OK;
  },
};

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (/^\d{1,6}$/.test(text)) return seconds;
  throw new CliFault(`--timeout: expected seconds, got ${JSON.stringify(text)}`, WRONG_USE);
}
