import { ledgerVerbs } from '@tandem/ledger';
import type { CliCommand } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { findApi } from '../api/find-api.ts';
import { settingsOf } from '../cli/conf-source-of.ts';
import { printerOf } from '../cli/printer-of.ts';
import { textOf, type Verb } from '../cli/verb.ts';
import { migrations } from '../node/migrations.ts';
import { withStore } from '../offline/with-store.ts';
import { deckVerbsBy, deckVerbsOf } from './deck-verbs.ts';

/** What features offer beside a database: decks and money. */
function commandsOn(store: Store, tell: (text: string) => void): readonly CliCommand[] {
  return [...deckVerbsOf(store, tell), ...ledgerVerbs(store)];
}

/** Stands for the database where only names and options of verbs are wanted. */
const nowhere = new Proxy({} as Store, {
  get() {
    throw new Error('a verb used the database before it ran');
  },
});

/** Verbs that use the database of the configuration; those of decks a node with `--api`. */
export const databaseVerbs: readonly Verb[] = commandsOn(nowhere, () => undefined).map(
  ({ command, describe, options }): Verb => ({
    command,
    describe,
    options,
    async run(args, terminal) {
      if (textOf(args, 'api') !== undefined) {
        const printer = printerOf(terminal);
        const byNode = deckVerbsBy(findApi(args, terminal), (text) => printer.error(text));
        const asked = byNode.find((other) => other.command === command);
        if (asked !== undefined) return await asked.run(args, printer);
      }
      const { conf } = await settingsOf(args);
      return await withStore(conf, terminal, async (store) => {
        await store.migrate(migrations);
        const printer = printerOf(terminal);
        const chosen = commandsOn(store, (text) => printer.error(text)).find(
          (other) => other.command === command,
        );
        return (await chosen?.run(args, printer)) ?? 1;
      });
    },
  }),
);
