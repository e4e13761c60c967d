import { databaseDesk, type LedgerDesk, nodeDesk } from '@tandem/ledger';
import type { Store } from '@tandem/store';
import type { ApiClient } from '../api/api-client.ts';

/** The books by a running node. */
export function deskByNode(client: ApiClient): LedgerDesk {
  return nodeDesk({
    ask: async (...question) => (await client.askPatiently(...question)).body,
    read: async (path) => await client.read(path),
  });
}

/**
 * The books by the database. Which calls go on at this moment only nodes know: if one of this
 * configuration runs on this machine, the proof is its own, and that of all its sisters. `tell` hears
 * of one that could not be asked.
 */
export function deskByDatabase(
  store: Store,
  running: ApiClient | undefined,
  tell: (text: string) => void,
): LedgerDesk {
  const books = databaseDesk(store);
  if (running === undefined) return books;
  return {
    ...books,
    async reconcile(period) {
      try {
        return await deskByNode(running).reconcile(period);
      } catch (fault) {
        // It may end just now, or want a token: the database has all but the running calls.
        const why = fault instanceof Error ? fault.message : String(fault);
        tell(`the running node was not asked, so this is the proof of the database alone: ${why}`);
        return await books.reconcile(period);
      }
    },
  };
}
