import { type Log, silentLog, systemClock } from '@tandem/engine';
import type { Store } from '@tandem/store';
import type { Terminal } from '../cli/terminal.ts';
import type { Conf } from '../conf/conf.ts';
import { openNodeStore } from '../node/open-node-store.ts';

/**
 * Opens the database of the conf for a verb that needs no node, and closes it whatever happens.
 * @throws TandemError at once when it cannot be reached
 */
export async function withStore<T>(
  conf: Conf,
  terminal: Terminal,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openNodeStore(conf, { clock: systemClock, log: spoken(terminal) });
  try {
    await store.ready();
    return await work(store);
  } finally {
    await store.close();
  }
}

/** What a verb tells of the store: that something goes wrong, not that something goes well. */
function spoken(terminal: Terminal): Log {
  const say = (text: string): void => terminal.err(`${text}\n`);
  return { ...silentLog, warn: say, error: say };
}
