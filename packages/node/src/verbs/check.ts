import { settingsOf } from '../cli/conf-source-of.ts';
import { OK } from '../cli/exit-codes.ts';
import type { Verb } from '../cli/verb.ts';

/** `tandem check`: says whether a node could be started with this configuration. */
export const checkVerb: Verb = {
  command: 'check',
  describe: 'check the configuration and name everything that is wrong with it',
  notes: 'Exit 0: it can be used. Exit 2: it cannot, and each fault is told with file and line.',
  async run(args, terminal) {
    const { node, conf, plugins } = await settingsOf(args);
    const names = plugins.map(({ name }) => name);
    if (args['json'] === true) {
      const sections = conf.sections;
      terminal.out(`${JSON.stringify({ isValid: true, node, sections, plugins: names })}\n`);
      return OK;
    }
    const shown = names.length === 0 ? '' : `, plugins ${names.join(', ')}`;
    terminal.out(`${conf.file} can be used: node ${node}${shown}.\n`);
    return OK;
  },
};
