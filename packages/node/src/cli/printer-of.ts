import type { CliCommand } from '@tandem/messages';
import type { Terminal } from './terminal.ts';

/** A terminal as the verbs of features print to it. */
export function printerOf(terminal: Terminal): Parameters<CliCommand['run']>[1] {
  return {
    line: (text) => terminal.out(`${text}\n`),
    json: (value) => terminal.out(`${JSON.stringify(value)}\n`),
    error: (text) => terminal.err(`${text}\n`),
  };
}
