import type { PoolClient } from 'pg';
import { ANSWER_GRACE_MS } from './connection-bounds.ts';
import { isStalePlan } from './outcome.ts';
import { statementFault } from './query-fault.ts';

/** A statement for a connection: its text, its parameters, and how long it may run. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Prepared under this name on each connection that meets it. */
  readonly name?: string;
  /** Longer than the pool's bound only if the server was told so as well. */
  readonly timeoutMs?: number;
}

/** What a statement brought: its rows, and how many it touched. */
export interface StatementResult<Row> {
  readonly rows: Row[];
  readonly rowCount: number | null;
  readonly command: string;
}

/** A connection lent by `Connections`: give it back once, whatever happened. */
export class LentConnection {
  readonly #client: PoolClient;
  readonly #statementTimeoutMs: number;
  readonly #swallow = (): void => void (this.#isBroken = true);
  #isBroken = false;

  /** @internal Made by `Connections.lend`. */
  constructor(client: PoolClient, statementTimeoutMs: number) {
    this.#client = client;
    this.#statementTimeoutMs = statementTimeoutMs;
    // The pool does not listen while a connection is lent: a server that dies between two
    // statements of a transaction would end the process.
    client.on('error', this.#swallow);
  }

  /** The driver's connection, for COPY streams. Who uses it handles its errors. */
  get client(): PoolClient {
    return this.#client;
  }

  /** Whether it broke, or was marked as unusable. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /** Sends a statement. Throws STORE_STATEMENT_FAILED or STORE_CONNECTION_LOST. */
  async query<Row>({ text, values, name, timeoutMs }: Statement): Promise<StatementResult<Row>> {
    const query = {
      text,
      ...(values === undefined ? {} : { values: [...values] }),
      ...(name === undefined ? {} : { name }),
      query_timeout: (timeoutMs ?? this.#statementTimeoutMs) + ANSWER_GRACE_MS,
    };
    try {
      const { rows, rowCount, command } = await this.#client.query(query);
      return { rows: rows as Row[], rowCount, command };
    } catch (error) {
      const fault = statementFault(error);
      if (fault.code === 'STORE_CONNECTION_LOST' || isStalePlan(error)) this.breakOff();
      throw fault;
    }
  }

  /** Marks it as unusable: it is closed, not used again, when it comes back. */
  breakOff(): void {
    this.#isBroken = true;
  }

  /** Ends it at once: what runs on it fails, with unknown outcome. */
  cutOff(): void {
    this.#isBroken = true;
    this.#client.connection.stream.destroy();
  }

  /** Gives it back to the pool. */
  giveBack(): void {
    this.#client.off('error', this.#swallow);
    this.#client.release(this.#isBroken);
  }
}
