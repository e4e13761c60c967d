import { isFault, systemClock } from '@tandem/engine';
import { confSourceOf, settingsOf } from '../cli/conf-source-of.ts';
import { FAILED, OK } from '../cli/exit-codes.ts';
import type { Terminal } from '../cli/terminal.ts';
import { textOf, type Verb } from '../cli/verb.ts';
import { createPinoLog, type LogLevel } from '../log/pino-log.ts';
import { readableLine } from '../log/readable-line.ts';
import { TandemNode } from '../node/tandem-node.ts';
import { readVersion } from '../version.ts';

/** What may hold a process that has ended in order. */
const EXIT_GRACE_MS = 300;

/** `tandem start`: runs a node until it is told to end. */
export const startVerb: Verb = {
  command: 'start',
  describe: 'run a node until SIGTERM, Ctrl-C, or the end of a drain',
  options: {
    log: {
      type: 'string',
      describe: 'from which importance on lines are written',
      choices: ['debug', 'info', 'warn', 'error'],
      default: 'info',
    },
  },
  notes:
    'SIGTERM and Ctrl-C: new calls are refused, running ones end with BYE, exit within 5 s.\n' +
    'SIGHUP: the configuration is read again. Log lines are JSON unless a person watches.',
  async run(args, terminal) {
    const settings = await settingsOf(args);
    const write = terminal.isWatched
      ? (line: string): void => terminal.out(readableLine(line))
      : (line: string): void => terminal.out(line);
    const level = textOf(args, 'log') as LogLevel;
    const log = createPinoLog({ node: settings.node, level, clock: systemClock, write });
    const bugs = watchForBugs(terminal);
    const source = confSourceOf(args);
    // While NATS and the database are away nothing is open, and no timer of ours keeps a process.
    const letGo = terminal.hold();
    try {
      const node = await TandemNode.start({
        settings,
        source,
        version: readVersion(),
        log,
        abandon: () => terminal.exitAfter(0, FAILED),
      });
      const release = obey(node, terminal);
      bugs.tell(node);
      tellStart(node);
      await node.ended;
      release();
    } finally {
      letGo();
    }
    const code = bugs.hasFound ? FAILED : OK;
    terminal.exitAfter(EXIT_GRACE_MS, code);
    return code;
  },
};

function tellStart(node: TandemNode): void {
  const { engine, store, mesh, addresses, consoleUrl, version, identity } = node;
  engine.log.info('the node has started', {
    version,
    boot: identity.boot,
    sip: addresses,
    console: consoleUrl,
    nats: mesh.state,
    // The embedded server makes its password itself: who wants to look inside needs it.
    database: store.isEmbedded ? store.url : node.database,
  });
}

/** Signals: end, read the configuration again. Returns how to stop listening to them. */
function obey(node: TandemNode, terminal: Terminal): () => void {
  const end = (): void => void node.stop();
  const stops = [
    terminal.onSignal('SIGTERM', end),
    terminal.onSignal('SIGINT', end),
    terminal.onSignal('SIGHUP', () => void reload(node)),
  ];
  return () => stops.forEach((stop) => stop());
}

async function reload(node: TandemNode): Promise<void> {
  const { log } = node.engine;
  const { problems, forRestart } = await node.reload(false);
  for (const problem of problems) log.error(problem);
  if (problems.length > 0) log.error('the configuration stays as it was');
  for (const key of forRestart) log.warn('this counts at the next start only', { key });
}

/** A bug ends the node in order: the cluster carries on, and somebody starts it anew. */
function watchForBugs(terminal: Terminal): {
  readonly hasFound: boolean;
  tell(node: TandemNode): void;
} {
  let hasFound = false;
  let node: TandemNode | undefined;
  terminal.onBug((fault) => {
    const text = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
    const fields = { fault: text, ...(isFault(fault) && { code: fault.code }) };
    if (node === undefined) terminal.err(`${text}\n`);
    else node.engine.log.error('a bug ends this node', fields);
    hasFound = true;
    if (node === undefined) terminal.exitAfter(0, FAILED);
    else void node.stop();
  });
  return {
    get hasFound() {
      return hasFound;
    },
    tell(started) {
      node = started;
    },
  };
}
