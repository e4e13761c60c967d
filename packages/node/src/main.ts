import { describeThrow, CliFault } from './cli/cli-fault.ts';
import { type CommandLine, readCommandLine } from './cli/command-line.ts';
import { confSourceOf } from './cli/conf-source-of.ts';
import { contributedVerbs } from './cli/contributed-verbs.ts';
import { OK, WRONG_USE } from './cli/exit-codes.ts';
import { processTerminal } from './cli/process-terminal.ts';
import type { Terminal } from './cli/terminal.ts';
import type { Verb } from './cli/verb.ts';
import { readSettings } from './node/settings.ts';
import { boxVerbs } from './verbs/box-verbs.ts';
import { readVersion } from './version.ts';

/**
 * Does what a command line asks, and gives the exit code: 0 done, 1 failed, 2 wrong use. Never
 * throws, and shows no stack: every fault says what, where, and what to do.
 */
export async function main(
  argv: readonly string[],
  terminal: Terminal = processTerminal,
): Promise<number> {
  const version = readVersion();
  const read = await readCommandLine(argv, boxVerbs, version);
  if (read.kind !== 'fault') return await carryOut(read, terminal);
  // Perhaps a plugin knows the verb.
  const others = await verbsOfPlugins(argv, read.about);
  const again =
    others.length === 0 ? read : await readCommandLine(argv, [...boxVerbs, ...others], version);
  return await carryOut(again, terminal);
}

async function carryOut(read: CommandLine, terminal: Terminal): Promise<number> {
  if (read.kind === 'text') {
    terminal.out(`${read.text}\n`);
    return OK;
  }
  if (read.kind === 'fault') {
    const isVerb = boxVerbs.some(({ command }) => command.split(' ')[0] === read.about);
    const see = isVerb ? `tandem ${read.about} --help` : 'tandem --help';
    terminal.err(`tandem: ${read.message}\nSee ${see}.\n`);
    return WRONG_USE;
  }
  const { verb, args } = read;
  try {
    return await verb.run(args, terminal);
  } catch (thrown) {
    const { text, code } = describeThrow(thrown);
    const body = thrown instanceof CliFault ? thrown.body : undefined;
    if (args['json'] === true && body !== undefined) terminal.out(`${body}\n`);
    terminal.err(`${text}\n`);
    return code;
  }
}

/** Nobody's verb: the plugins of the configuration are asked, if it can be used. */
async function verbsOfPlugins(argv: readonly string[], about: string): Promise<readonly Verb[]> {
  if (about === '' || boxVerbs.some(({ command }) => command.split(' ')[0] === about)) return [];
  try {
    const { settings } = await readSettings(confSourceOf(optionsOf(argv)));
    return settings === undefined ? [] : await contributedVerbs(settings);
  } catch {
    return [];
  }
}

/** Where the configuration is, out of a command line whose verb is not known. */
function optionsOf(argv: readonly string[]): Readonly<Record<string, unknown>> {
  const valuesOf = (...names: readonly string[]): string[] =>
    argv.flatMap((word, index) => {
      const name = names.find((name) => word === name || word.startsWith(`${name}=`));
      if (name === undefined) return [];
      return [word === name ? (argv[index + 1] ?? '') : word.slice(name.length + 1)];
    });
  return {
    config: valuesOf('--config', '-c').at(-1),
    node: valuesOf('--node', '-N').at(-1),
    set: valuesOf('--set'),
  };
}
