import type { CliCommand } from '@tandem/messages';
import { priceCommand, routeTestCommand } from '@tandem/wholesale';
import { findApi } from '../api/find-api.ts';
import { printerOf } from '../cli/printer-of.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Verb } from '../cli/verb.ts';

/** Verbs of wholesale that need no database: a price, and the question to a running node. */
export const featureVerbs: readonly Verb[] = [
  verbOf(() => priceCommand),
  verbOf((terminal) =>
    routeTestCommand(async (path, args) => await findApi(args, terminal).send('GET', path)),
  ),
];

function verbOf(make: (terminal: Pick<Terminal, 'env'>) => CliCommand): Verb {
  const { command, describe, options } = make({ env: {} });
  return {
    command,
    describe,
    options,
    run: async (args, terminal) => await make(terminal).run(args, printerOf(terminal)),
  };
}
