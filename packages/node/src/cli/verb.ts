import type { Terminal } from './terminal.ts';

/** One option of a verb. */
export interface VerbOption {
  readonly type: 'string' | 'number' | 'boolean' | 'array';
  readonly describe: string;
  readonly demandOption?: boolean;
  readonly default?: unknown;
  readonly choices?: readonly string[];
}

/** What the command line said, by name; options of all verbs among them. */
export type VerbArguments = Readonly<Record<string, unknown>>;

/** One verb of bin/tandem. */
export interface Verb {
  /** In yargs' form: `hangup <id>`, `plugin new <name>`. */
  readonly command: string;
  readonly describe: string;
  readonly options?: Readonly<Record<string, VerbOption>>;
  /** What is worth knowing beyond the options, shown by --help. */
  readonly notes?: string;
  /** Its exit code. @throws CliFault, TandemError: shown without a stack */
  run(args: VerbArguments, terminal: Terminal): Promise<number>;
}

/** A text among the arguments; undefined when it was not given. */
export function textOf(args: VerbArguments, name: string): string | undefined {
  const said = args[name];
  // Said twice: what was said last counts.
  const value: unknown = Array.isArray(said) ? said.at(-1) : said;
  return typeof value === 'string' ? value : undefined;
}

/** Whether a switch was given. */
export function isOn(args: VerbArguments, name: string): boolean {
  return args[name] === true;
}
