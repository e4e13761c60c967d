import type { CliCommand } from '@tandem/messages';
import { type AskApi, priceCommand, routeTestCommand, trunksCommand } from '@tandem/wholesale';
import { findApi } from '../api/find-api.ts';
import { printerOf } from '../cli/printer-of.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { Verb } from '../cli/verb.ts';

/** Verbs of wholesale that need no database: a price, and questions to a running node. */
export const featureVerbs: readonly Verb[] = [
  verbOf(() => priceCommand),
  verbOf((terminal) => routeTestCommand(nodeOf(terminal))),
  verbOf((terminal) => trunksCommand(nodeOf(terminal))),
];

/** Asks the node that the arguments or the conf name. */
function nodeOf(terminal: Pick<Terminal, 'env'>): AskApi {
  return async (path, args) => await findApi(args, terminal).send('GET', path);
}

function verbOf(make: (terminal: Pick<Terminal, 'env'>) => CliCommand): Verb {
  const { command, describe, options } = make({ env: {} });
  return {
    command,
    describe,
    options,
    run: async (args, terminal) => await make(terminal).run(args, printerOf(terminal)),
  };
}
