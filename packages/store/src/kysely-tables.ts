import { Kysely, PostgresDialect, type PostgresPoolClient } from 'kysely';
import type { LentConnection } from './lent-connection.ts';

/** Where Kysely takes its connections from. */
export interface ConnectionLender {
  lend(): Promise<Pick<LentConnection, 'query' | 'giveBack'>>;
}

/**
 * Builds Kysely on lent connections, so that its faults and bounds are those of the store.
 * @param timeoutMs longest run of a statement, if the lender's bound is not meant
 */
export function kyselyOn(lender: ConnectionLender, timeoutMs?: number): Kysely<unknown> {
  return new Kysely<unknown>({
    dialect: new PostgresDialect({
      pool: {
        connect: async () => kyselyClient(await lender.lend(), timeoutMs),
        // The store closes its connections itself.
        end: async () => undefined,
      },
    }),
  });
}

function kyselyClient(
  connection: Pick<LentConnection, 'query' | 'giveBack'>,
  timeoutMs: number | undefined,
): PostgresPoolClient {
  const bound = timeoutMs === undefined ? {} : { timeoutMs };
  const query = async (text: string, values: readonly unknown[]) =>
    await connection.query({ text, values, ...bound });
  return {
    // The other overload is for cursors, which nobody here configures.
    query: query as unknown as PostgresPoolClient['query'],
    release: () => connection.giveBack(),
  };
}
