import type { ApiClient } from '../api/api-client.ts';
import { findApi } from '../api/find-api.ts';
import { CliFault } from '../cli/cli-fault.ts';
import { OK, WRONG_USE } from '../cli/exit-codes.ts';
import type { Terminal } from '../cli/terminal.ts';
import { isOn, textOf, type Verb } from '../cli/verb.ts';

const SECONDS_DEFAULT = '30';
/** Between two looks at whether the trace has ended. */
const LOOK_MS = 500;

/** `tandem trace`: what is said on the wire about a call, at all nodes. */
export const traceVerb: Verb = {
  command: 'trace [call]',
  describe: 'show the SIP messages of a call, of calls to come, or of an address, at all nodes',
  options: {
    number: {
      type: 'string',
      describe: 'calls to come of this caller or called number (its begin)',
    },
    address: { type: 'string', describe: 'everything from and to this address' },
    seconds: {
      type: 'string',
      describe: 'how long to listen; Ctrl-C ends it and shows what was heard',
      default: SECONDS_DEFAULT,
    },
  },
  notes: 'A picture by default, whole messages with --json. Passwords, keys and digits are masked.',
  async run(args, terminal) {
    const seconds = secondsOf(textOf(args, 'seconds') ?? SECONDS_DEFAULT);
    const wanted = { ...wantedOf(args), seconds };
    const api = findApi(args, terminal);
    const { body } = await api.ask('POST', '/traces', wanted);
    const { id, unanswered } = body as { id: string; unanswered: readonly string[] };
    if (!isOn(args, 'json')) terminal.err(`Listening for ${seconds} s; Ctrl-C ends it.\n`);
    await listen(api, id, seconds * 1_000, terminal);
    const form = isOn(args, 'json') ? '' : '?form=ladder';
    const { text } = await api.ask('DELETE', `/traces/${encodeURIComponent(id)}${form}`);
    terminal.out(isOn(args, 'json') ? `${text}\n` : text);
    if (unanswered.length > 0) {
      terminal.err(`No answer in time, so not in this trace: ${unanswered.join(', ')}.\n`);
    }
    return OK;
  },
};

async function listen(
  api: ApiClient,
  id: string,
  limitMs: number,
  terminal: Terminal,
): Promise<void> {
  let isOver = false;
  const stop = terminal.onSignal('SIGINT', () => {
    isOver = true;
  });
  try {
    for (let passedMs = 0; passedMs < limitMs && !isOver; passedMs += LOOK_MS) {
      await terminal.pause(LOOK_MS);
      const { body } = await api.ask('GET', `/traces/${encodeURIComponent(id)}`);
      isOver ||= !(body as { readonly isOpen: boolean }).isOpen;
    }
  } finally {
    stop();
  }
}

function wantedOf(args: Parameters<Verb['run']>[0]): Readonly<Record<string, string>> {
  const given = ['call', 'number', 'address'].flatMap((name) => {
    const value = textOf(args, name);
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  if (given.length === 1) return Object.fromEntries(given);
  const hint = '`tandem calls` lists ids; or --number 4420, or --address 192.0.2.7';
  throw new CliFault('trace: expected a call, --number or --address', WRONG_USE, hint);
}

function secondsOf(text: string): number {
  const seconds = Number(text);
  if (/^\d{1,3}$/.test(text) && seconds >= 1 && seconds <= 600) return seconds;
  throw new CliFault(`--seconds: expected 1 to 600, got ${JSON.stringify(text)}`, WRONG_USE);
}
