import { settingsOf } from '../cli/conf-source-of.ts';
import { OK } from '../cli/exit-codes.ts';
import { isOn, type Verb } from '../cli/verb.ts';
import { migrations } from '../node/migrations.ts';
import { withStore } from '../offline/with-store.ts';

/** `tandem migrate`: brings the tables up to date, as the start of a node does. */
export const migrateVerb: Verb = {
  command: 'migrate',
  describe: 'bring the tables of the database up to date; the start of a node does the same',
  async run(args, terminal) {
    const { conf } = await settingsOf(args);
    const applied = await withStore(conf, terminal, async (store) => {
      return (await store.migrate(migrations)).applied;
    });
    if (isOn(args, 'json')) terminal.out(`${JSON.stringify({ applied })}\n`);
    else if (applied.length === 0) terminal.out('The tables are up to date.\n');
    else for (const { feature, name } of applied) terminal.out(`applied ${feature} ${name}\n`);
    return OK;
  },
};
