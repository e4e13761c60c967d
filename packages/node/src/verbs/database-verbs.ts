import { ledgerVerbs } from '@tandem/ledger';
import type { CliCommand } from '@tandem/messages';
import type { Store } from '@tandem/store';
import type { ApiClient } from '../api/api-client.ts';
import { findApi, findRunningApi } from '../api/find-api.ts';
import { settingsOf } from '../cli/conf-source-of.ts';
import { printerOf } from '../cli/printer-of.ts';
import { textOf, type Verb } from '../cli/verb.ts';
import { migrations } from '../node/migrations.ts';
import { withStore } from '../offline/with-store.ts';
import { deckVerbsBy, deckVerbsOf } from './deck-verbs.ts';
import { deskByDatabase, deskByNode } from './money-desk.ts';

/** What features offer beside a database: decks and money. */
function commandsOn(
  store: Store,
  running: ApiClient | undefined,
  tell: (text: string) => void,
): readonly CliCommand[] {
  return [...deckVerbsOf(store, tell), ...ledgerVerbs(deskByDatabase(store, running, tell))];
}

/** The same by a node. */
function commandsBy(client: ApiClient, tell: (text: string) => void): readonly CliCommand[] {
  return [...deckVerbsBy(client, tell), ...ledgerVerbs(deskByNode(client))];
}

/** Stands for the database where only names and options of verbs are wanted. */
const nowhere = new Proxy({} as Store, {
  get() {
    throw new Error('a verb used the database before it ran');
  },
});

/** Verbs of decks and money: at the database of the configuration, or with `--api` by a node. */
export const databaseVerbs: readonly Verb[] = commandsOn(nowhere, undefined, () => undefined).map(
  ({ command, describe, options }): Verb => ({
    command,
    describe,
    options,
    async run(args, terminal) {
      const printer = printerOf(terminal);
      const tell = (text: string): void => printer.error(text);
      const runOf = async (commands: readonly CliCommand[]): Promise<number> =>
        (await commands.find((other) => other.command === command)?.run(args, printer)) ?? 1;
      if (textOf(args, 'api') !== undefined || terminal.env['TANDEM_API'] !== undefined) {
        return await runOf(commandsBy(findApi(args, terminal), tell));
      }
      const { conf } = await settingsOf(args);
      return await withStore(conf, terminal, async (store) => {
        await store.migrate(migrations);
        const running = findRunningApi(args, terminal);
        return await runOf(commandsOn(store, running, tell));
      });
    },
  }),
);
