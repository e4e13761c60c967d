import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import { askApi } from '../cli/ask-api.ts';
import { deckImportCommand } from '../cli/deck-import-command.ts';
import { deckRollbackCommand } from '../cli/deck-rollback-command.ts';
import { importDeck } from '../import/import-deck.ts';
import { rollbackDeck } from '../import/rollback-deck.ts';
import { priceCommand } from '../cli/price-command.ts';
import { trunksCommand } from '../cli/trunks-command.ts';
import { routeTestCommand } from '../cli/route-test-command.ts';

/** cli.commands: deck import, deck rollback, route test, trunks, price. */
export function handleCommands(scope: Scope, store: Store): void {
  scope.handle('cli.commands', { as: 'wholesale' }, () => [
    deckImportCommand(
      async (sheet, options) => await importDeck(store, sheet, options),
      scope.clock,
    ),
    deckRollbackCommand(async (...wanted) => await rollbackDeck(store, ...wanted)),
    routeTestCommand(askApi),
    trunksCommand(askApi),
    priceCommand,
  ]);
}
