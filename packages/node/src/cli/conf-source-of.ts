import type { ConfSource } from '../conf/conf-file.ts';
import { type NodeSettings, readSettings } from '../node/settings.ts';
import { confFault } from './cli-fault.ts';
import { textOf, type VerbArguments } from './verb.ts';

/** Where the settings of a verb come from, as its command line says. */
export function confSourceOf(args: VerbArguments): ConfSource {
  const said: unknown = args['set'] ?? [];
  const overrides = (Array.isArray(said) ? said : [said]).map(String);
  return { file: textOf(args, 'config'), node: textOf(args, 'node'), overrides };
}

/** The settings of a verb. @throws CliFault with everything that is wrong */
export async function settingsOf(args: VerbArguments): Promise<NodeSettings> {
  const { settings, problems } = await readSettings(confSourceOf(args));
  if (settings === undefined) throw confFault(problems);
  return settings;
}
