import { isFault } from '@tandem/engine';
import type { ApiClient } from '../api/api-client.ts';
import type { Terminal } from '../cli/terminal.ts';
import type { VerbArguments } from '../cli/verb.ts';
import { type ListedCalls, readCalls } from './read-calls.ts';

/** Between two looks, ms. */
const PERIOD_MS = 1_000;
/** How soon an interrupt is obeyed, ms. */
const STEP_MS = 100;
/** Cursor home, and everything below it away (ECMA-48). */
const CLEAR = '\u001B[H\u001B[J';

/**
 * Shows the calls again and again until somebody interrupts it. A person's terminal is drawn anew;
 * into a pipe goes one list after the other. A node that does not answer is told, and asked again.
 */
export async function watchCalls(
  api: ApiClient,
  args: VerbArguments,
  terminal: Terminal,
  show: (listed: ListedCalls) => void,
): Promise<void> {
  const interrupt = new AbortController();
  const { signal } = interrupt;
  const stops = (['SIGINT', 'SIGTERM'] as const).map((name) =>
    terminal.onSignal(name, () => interrupt.abort()),
  );
  try {
    while (!signal.aborted) {
      const listed = await look(api, args, terminal);
      if (listed !== undefined) {
        if (terminal.isWatched) terminal.out(CLEAR);
        show(listed);
      }
      for (let passedMs = 0; passedMs < PERIOD_MS && !signal.aborted; passedMs += STEP_MS) {
        await terminal.pause(STEP_MS);
      }
    }
  } finally {
    for (const stop of stops) stop();
  }
}

async function look(
  api: ApiClient,
  args: VerbArguments,
  terminal: Terminal,
): Promise<ListedCalls | undefined> {
  try {
    return await readCalls(api, args);
  } catch (fault) {
    // A wrong filter stays wrong; a node that is away comes back.
    if (!isFault(fault, 'NODE_API_UNREACHABLE')) throw fault;
    terminal.err(`${fault.message}; trying again\n`);
    return undefined;
  }
}
