import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CliFault } from '../cli/cli-fault.ts';
import { FAILED, OK, WRONG_USE } from '../cli/exit-codes.ts';
import { textOf, type Verb } from '../cli/verb.ts';
import { linkPackages } from '../plugins/link-packages.ts';
import { pluginSkeleton } from '../plugins/plugin-skeleton.ts';

/** `tandem plugin new`: a plugin to begin with, which works, and its test. */
export const pluginNewVerb: Verb = {
  command: 'plugin new <name>',
  describe: 'write a plugin to begin with: it works, and has a test',
  options: {
    directory: { type: 'string', describe: 'where its directory is made', default: '.' },
  },
  async run(args, terminal) {
    const name = textOf(args, 'name') ?? '';
    if (!/^[a-z][a-z0-9-]{0,40}$/.test(name)) {
      const hint = 'small letters, digits and dashes, such as call-barring';
      const message = `expected the name of a plugin, got ${JSON.stringify(name)}`;
      throw new CliFault(message, WRONG_USE, hint);
    }
    const directory = resolve(textOf(args, 'directory') ?? '.', name);
    if (existsSync(directory)) {
      const hint = 'choose another name, or another --directory';
      throw new CliFault(`${directory} is there already`, WRONG_USE, hint);
    }
    write(directory, name);
    terminal.out(
      `Written to ${directory}.\n` +
        `  try it:  node --test ${directory}/\n` +
        `  load it: [plugins] load = ${join(directory, 'plugin.mjs')}\n`,
    );
    return OK;
  },
};

function write(directory: string, name: string): void {
  try {
    mkdirSync(directory, { recursive: true });
    for (const [file, text] of Object.entries(pluginSkeleton(name))) {
      writeFileSync(join(directory, file), text);
    }
    linkPackages(directory);
  } catch (fault) {
    const reason = fault instanceof Error ? fault.message : String(fault);
    throw new CliFault(`${directory} cannot be written: ${reason}`, FAILED);
  }
}
