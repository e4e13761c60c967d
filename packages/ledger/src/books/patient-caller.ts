import type { Store } from '@tandem/store';
import type { MoneyCaller } from './money-caller.ts';

/** What reads all the books may take so long, ms. */
const STATEMENT_MS = 3_600_000;

/**
 * Calls through a connection of its own each time, for questions over years of calls: they take
 * longer than a store waits, and keep nobody else waiting. Nothing is opened before the first call.
 */
export function patientCaller(store: Store): MoneyCaller {
  return {
    async call<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      const options = { poolSize: 1, statementTimeoutMs: STATEMENT_MS };
      const lane = store.lane('ledger books', options);
      try {
        return await lane.call<Row>(text, values);
      } finally {
        await lane.close();
      }
    },
  };
}
