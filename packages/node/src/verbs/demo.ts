import { CliFault } from '../cli/cli-fault.ts';
import { OK, WRONG_USE } from '../cli/exit-codes.ts';
import { isOn, type Verb } from '../cli/verb.ts';
import { runDemo } from '../demo/demo.ts';

/** More nodes than these tell a story that nobody reads. */
const NODES_MAX = 9;
/** What may hold a process that has ended in order. */
const EXIT_GRACE_MS = 300;

/** `tandem demo`: a cluster on this machine, and a call across it before your eyes. */
export const demoVerb: Verb = {
  command: 'demo',
  describe: 'start a cluster on this machine and show a call that crosses it',
  options: {
    nodes: { type: 'number', describe: 'how many nodes', default: 3 },
    once: { type: 'boolean', describe: 'end after the sample call', default: false },
  },
  notes: 'The cluster stays up until Ctrl-C, which ends all of it. Files are under data/demo.',
  async run(args, terminal) {
    const nodes = args['nodes'];
    if (typeof nodes !== 'number' || !Number.isInteger(nodes) || nodes < 1 || nodes > NODES_MAX) {
      throw new CliFault(`--nodes: expected a number from 1 to ${NODES_MAX}`, WRONG_USE);
    }
    const stops: (() => void)[] = [];
    const enough = new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) {
        stops.push(terminal.onSignal(signal, resolve));
      }
    });
    const print = (line: string): void => terminal.out(`${line}\n`);
    await runDemo({ nodes, isOnce: isOn(args, 'once'), print, enough });
    for (const stop of stops) stop();
    terminal.exitAfter(EXIT_GRACE_MS, OK);
    return OK;
  },
};
