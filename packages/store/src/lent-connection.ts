import type { PoolClient } from 'pg';
import { ANSWER_GRACE_MS } from './connection-bounds.ts';
import { isStalePlan } from './outcome.ts';
import { type Parameter, parameterOf } from './parameter.ts';
import { type NamedStatement, PreparedCall } from './prepared-call.ts';
import { statementFault } from './query-fault.ts';
import type { RowShape } from './row-shape.ts';

/** A statement for a connection: its text, its parameters, and how long it may run. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** Longer than the pool's bound only if the server was told so as well. */
  readonly timeoutMs?: number;
}

/** What a statement brought: its rows, and how many it touched. */
export interface StatementResult<Row> {
  readonly rows: Row[];
  readonly rowCount: number | null;
  readonly command: string;
}

/** Takes a lent connection back. */
export interface ConnectionOwner {
  takeBack(connection: LentConnection): void;
}

/** A connection lent by `Connections`: give it back once, whatever happened. */
export class LentConnection {
  readonly #client: PoolClient;
  readonly #owner: ConnectionOwner;
  readonly #statementTimeoutMs: number;
  /** Columns of the prepared statements that ran here, by name. */
  readonly #shapes = new Map<string, RowShape>();
  readonly #swallow = (): void => void (this.#isBroken = true);
  #isBroken = false;
  /** Gives the call that runs up; undefined while none does. */
  #giveUp: ((error: Error) => void) | undefined;

  /** Monotonic ms at which it was lent last; set by its owner. */
  lentMs = 0;
  /** Whether somebody has it; set by its owner. */
  isLent = true;

  /** @internal Made by `ConnectionPool`. */
  constructor(client: PoolClient, owner: ConnectionOwner, statementTimeoutMs: number) {
    this.#client = client;
    this.#owner = owner;
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
  async query<Row>({ text, values, timeoutMs }: Statement): Promise<StatementResult<Row>> {
    const query = {
      text,
      ...(values === undefined ? {} : { values: [...values] }),
      query_timeout: (timeoutMs ?? this.#statementTimeoutMs) + ANSWER_GRACE_MS,
    };
    try {
      const { rows, rowCount, command } = await this.#client.query(query);
      return { rows: rows as Row[], rowCount, command };
    } catch (error) {
      throw this.#faultOf(error);
    }
  }

  /**
   * Runs a prepared statement: its rows. One at a time; who keeps watch over the connection calls
   * {@link giveUpAfter}. @throws TandemError STORE_STATEMENT_FAILED or STORE_CONNECTION_LOST
   */
  call<Row>(statement: NamedStatement, values: readonly unknown[]): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown): void => {
        this.#giveUp = undefined;
        reject(this.#faultOf(error));
      };
      let parameters: Parameter[];
      try {
        parameters = values.map(parameterOf);
      } catch (error) {
        fail(error);
        return;
      }
      const onRows = (rows: Row[]): void => {
        this.#giveUp = undefined;
        resolve(rows);
      };
      this.#giveUp = fail;
      try {
        const watcher = { onRows, onFailed: fail };
        this.#client.query(new PreparedCall(statement, parameters, this.#shapes, watcher));
      } catch (error) {
        // Half of it may be on its way, and the driver waits for its answer.
        this.breakOff();
        fail(error);
      }
    });
  }

  /** Gives up a call that has run too long by now, monotonic ms; the connection is lost with it. */
  giveUpAfter(nowMs: number): void {
    if (nowMs - this.lentMs < this.#statementTimeoutMs + ANSWER_GRACE_MS) return;
    this.#giveUp?.(new Error('Query read timeout'));
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

  /** Gives it back to whom it belongs. */
  giveBack(): void {
    this.#owner.takeBack(this);
  }

  /** @internal Back to the driver's pool, which closes it if it is broken. */
  release(): void {
    this.#client.off('error', this.#swallow);
    this.#client.release(this.#isBroken);
  }

  #faultOf(error: unknown): Error {
    const fault = statementFault(error);
    if (fault.code === 'STORE_CONNECTION_LOST' || isStalePlan(error)) this.breakOff();
    return fault;
  }
}
