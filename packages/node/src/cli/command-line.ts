import { guess } from '@tandem/engine';
import yargs, { type Argv, type Options } from 'yargs';
import type { Verb, VerbArguments, VerbOption } from './verb.ts';

/** What a command line asks for. */
export type CommandLine =
  | { readonly kind: 'verb'; readonly verb: Verb; readonly args: VerbArguments }
  /** `--help` or `--version`: a text to be shown. */
  | { readonly kind: 'text'; readonly text: string }
  /** It makes no sense; `about` names the verb it was about, if any. */
  | { readonly kind: 'fault'; readonly message: string; readonly about: string };

const COLUMNS = 100;

/** Options of every verb. */
const SHARED: Readonly<Record<string, Options>> = {
  config: {
    alias: 'c',
    type: 'string',
    requiresArg: true,
    describe: 'configuration file; default clustering.conf, if it is there',
  },
  node: {
    alias: 'N',
    type: 'string',
    requiresArg: true,
    describe: 'name of the node, stronger than [general] nodename',
  },
  set: {
    type: 'string',
    array: true,
    nargs: 1,
    describe: 'section.key=value, stronger than the file; may be repeated',
  },
  api: {
    type: 'string',
    requiresArg: true,
    describe: 'address of a running node, or TANDEM_API; default: of the node of the configuration',
  },
  token: {
    type: 'string',
    requiresArg: true,
    describe: 'token for that node, or TANDEM_TOKEN; default: [console] token',
  },
  json: { type: 'boolean', default: false, describe: 'print what a program can read' },
};

/** Reads a command line against the verbs that there are. Never prints, never ends the process. */
export async function readCommandLine(
  argv: readonly string[],
  verbs: readonly Verb[],
  version: string,
): Promise<CommandLine> {
  let chosen: { readonly verb: Verb; readonly args: VerbArguments } | undefined;
  const parser = yargs()
    .scriptName('tandem')
    .locale('en')
    .usage(
      '$0 <verb>\n\nA cluster of equal SIP nodes: calls find their way, whichever node they reach.',
    )
    // A repeated --set adds to those before; any other option repeated is the last one said.
    .parserConfiguration({ 'dot-notation': false })
    .options(SHARED)
    .version(version)
    .alias('h', 'help')
    .wrap(COLUMNS)
    .epilogue('Exit codes: 0 done, 1 failed, 2 wrong use.')
    .demandCommand(1, 'expected a verb')
    .strict()
    .exitProcess(false);
  addVerbs(parser, verbs, (verb, args) => {
    chosen = { verb, args: withDashes(verb, args, argv) };
  });
  let text = '';
  let failure: string | undefined;
  await parser.parseAsync([...argv], {}, (error, _, output) => {
    text = output;
    failure = error?.message;
  });
  const about = argv.find((word) => !word.startsWith('-')) ?? '';
  if (failure !== undefined) {
    return { kind: 'fault', message: unknownVerb(about, verbs) ?? plainly(failure), about };
  }
  if (chosen !== undefined && text === '') return { kind: 'verb', ...chosen };
  return text === ''
    ? { kind: 'fault', message: 'expected a verb', about: '' }
    : { kind: 'text', text };
}

function unknownVerb(about: string, verbs: readonly Verb[]): string | undefined {
  const words = [...new Set(verbs.map(({ command }) => command.split(' ')[0]!))];
  if (about === '' || words.includes(about)) return undefined;
  const meant = guess(about, words);
  return `unknown verb "${about}"${meant === undefined ? '' : `, did you mean "${meant}"?`}`;
}

/** yargs' words where they say little. */
function plainly(failure: string): string {
  return failure
    .replace(/^Not enough non-option arguments: .*/, 'something is missing behind the verb')
    .replace(/^Unknown arguments?: /, 'unknown option or word: ')
    .replaceAll(/\n\s*/g, ' ');
}

/** A lone `-` means standard input; yargs reads it as an empty word. */
function withDashes(verb: Verb, args: VerbArguments, argv: readonly string[]): VerbArguments {
  if (!argv.includes('-')) return args;
  const dashes = positionalsOf(verb.command).filter((name) => args[name] === '');
  return { ...args, ...Object.fromEntries(dashes.map((name) => [name, '-'])) };
}

type Choose = (verb: Verb, args: VerbArguments) => void;

/** Verbs of two words, such as `plugin new`, are gathered under the first. */
function addVerbs(parser: Argv, verbs: readonly Verb[], choose: Choose): void {
  const groups = new Map<string, Verb[]>();
  for (const verb of verbs) {
    const [first = '', second = ''] = verb.command.split(' ');
    if (/^[a-z]/.test(second)) groups.set(first, [...(groups.get(first) ?? []), verb]);
    else addVerb(parser, verb.command, verb, choose);
  }
  for (const [word, members] of groups) {
    const describe = members.map(({ describe }) => describe).join('; ');
    parser.command(word, describe, (group) => {
      for (const verb of members) addVerb(group, verb.command.slice(word.length + 1), verb, choose);
      return group.demandCommand(1, `expected a verb behind ${word}`).strict();
    });
  }
}

function addVerb(parser: Argv, command: string, verb: Verb, choose: Choose): void {
  parser.command(
    command,
    verb.describe,
    (one) => {
      for (const [name, option] of Object.entries(verb.options ?? {})) {
        one.option(name, optionOf(option));
      }
      for (const name of positionalsOf(command)) one.positional(name, { type: 'string' });
      return verb.notes === undefined ? one : one.epilogue(verb.notes);
    },
    (args) => choose(verb, args),
  );
}

function optionOf(option: VerbOption): Options {
  const { type, describe, demandOption, choices } = option;
  return {
    type,
    describe,
    ...(type === 'string' && { requiresArg: true }),
    ...(demandOption !== undefined && { demandOption }),
    ...(choices !== undefined && { choices }),
    ...(option.default !== undefined && { default: option.default }),
  };
}

/** Names in `<…>` and `[…]`: without a type yargs would read an id of digits as a number. */
function positionalsOf(command: string): string[] {
  return [...command.matchAll(/[<[](\w+)[\]>]/g)].map(([, name]) => name!);
}
