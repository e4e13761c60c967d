import { systemClock } from '@tandem/engine';
import { ledgerVerbs } from '@tandem/ledger';
import type { CliCommand } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { deckImportCommand, deckRollbackCommand } from '@tandem/wholesale';
import { settingsOf } from '../cli/conf-source-of.ts';
import { printerOf } from '../cli/printer-of.ts';
import type { Verb } from '../cli/verb.ts';
import { migrations } from '../node/migrations.ts';
import { withStore } from '../offline/with-store.ts';

/** What features offer beside a database: decks and money. */
function commandsOn(store: Store): readonly CliCommand[] {
  return [deckImportCommand(store, systemClock), deckRollbackCommand(store), ...ledgerVerbs(store)];
}

/** Stands for the database where only names and options of verbs are wanted. */
const nowhere = new Proxy({} as Store, {
  get() {
    throw new Error('a verb used the database before it ran');
  },
});

/** Verbs that use the database of the configuration, and no node. */
export const databaseVerbs: readonly Verb[] = commandsOn(nowhere).map(
  ({ command, describe, options }): Verb => ({
    command,
    describe,
    options,
    async run(args, terminal) {
      const { conf } = await settingsOf(args);
      return await withStore(conf, terminal, async (store) => {
        await store.migrate(migrations);
        const chosen = commandsOn(store).find((other) => other.command === command);
        return (await chosen?.run(args, printerOf(terminal))) ?? 1;
      });
    },
  }),
);
