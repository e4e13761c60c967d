import { TandemError } from '@tandem/engine';
import type { SpawnOptions } from 'node:child_process';
import type { NativeBinaries } from './native-binaries.ts';
import { runProgram } from './run-program.ts';
import type { ServerAccount } from './server-account.ts';

/** How to start one of the server's programs: put `prefix` before it, add `options`. */
export interface ServerCommand {
  readonly prefix: readonly string[];
  readonly options: SpawnOptions;
}

/**
 * Root's home and `mktemp -d` are closed to other users, so a clone there could neither be read
 * nor entered by `postgres`. It then keeps one power of root: to pass file permissions. The
 * secure bit is for access(2), with which Postgres looks for its own program.
 */
const WITH_PASSAGE = [
  'setpriv',
  '--clear-groups',
  '--inh-caps=+dac_override',
  '--ambient-caps=+dac_override',
  '--securebits=+no_setuid_fixup',
];

/**
 * Finds out by trying how the programs can be run by `account` on `directory`.
 * Throws STORE_EMBEDDED_DIRECTORY when they cannot.
 */
export async function findServerCommand(
  account: ServerAccount | undefined,
  binaries: NativeBinaries,
  directory: string,
): Promise<ServerCommand> {
  const ours: ServerCommand = { prefix: [], options: { cwd: '/', env: cleanEnvironment() } };
  if (account === undefined) return ours;

  const plain: ServerCommand = { prefix: [], options: { ...ours.options, ...account } };
  if ((await attempt(plain, binaries, directory)) === undefined) return plain;

  const ids = [`--reuid=${account.uid}`, `--regid=${account.gid}`];
  const passing: ServerCommand = { prefix: [...WITH_PASSAGE, ...ids], options: ours.options };
  const problem = await attempt(passing, binaries, directory);
  if (problem === undefined) return passing;
  throw new TandemError('STORE_EMBEDDED_DIRECTORY', {
    directory,
    reason: `user postgres cannot enter it or run ${binaries.postgres}: ${problem}`,
  });
}

/** Words and options for `spawn`, with the prefix applied. */
export function commandLine(
  { prefix }: ServerCommand,
  words: readonly [string, ...string[]],
): { file: string; args: string[] } {
  const [file, ...args] = [...prefix, ...words] as [string, ...string[]];
  return { file, args };
}

/** The first problem of running there, or undefined. */
async function attempt(
  command: ServerCommand,
  { postgres }: NativeBinaries,
  directory: string,
): Promise<string | undefined> {
  const script = 'cd -- "$1" && exec "$2" --version';
  const { file, args } = commandLine(command, ['sh', '-c', script, 'sh', directory, postgres]);
  const { code, output } = await runProgram(file, args, command.options);
  return code === 0 ? undefined : output;
}

/** PGPORT, PGDATA and the like in our environment are meant for others. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}
