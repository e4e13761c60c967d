import { type Clock, type StopTimer, TandemError } from '@tandem/engine';
import type { Readable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { DatabaseError } from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { CopyRows, type RowTaker } from './copy-rows.ts';
import { ANSWER_GRACE_MS } from './connection-bounds.ts';
import type { LentConnection } from './lent-connection.ts';
import { statementFault } from './query-fault.ts';

/** What a failed reader leaves is read out up to here; a new connection costs less than more. */
const LEFT_BYTES_MAX = 1 << 20;

/** Rows for COPY in Postgres's text or CSV form, in chunks of any size. */
export type CopySource = Iterable<string | Buffer> | AsyncIterable<string | Buffer>;

/**
 * A transaction on one connection, with plain SQL and COPY: for what Kysely is too slow or too
 * high for. Used only inside the work given to `store.transaction`, one statement at a time.
 */
export class StoreTransaction {
  readonly #connection: LentConnection;
  readonly #clock: Clock;
  readonly #timeoutMs: number;

  /** @internal Made by {@link runTransaction}. */
  constructor(connection: LentConnection, clock: Clock, timeoutMs: number) {
    this.#connection = connection;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
  }

  /** Sends one statement. */
  async query<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const statement = { text, values, timeoutMs: this.#timeoutMs };
    return (await this.#connection.query<Row>(statement)).rows;
  }

  /** Sends `COPY … FROM STDIN` and its rows; returns how many were taken. */
  async copyFrom(statement: string, source: CopySource): Promise<number> {
    const stream = this.#connection.client.query(copyFrom(statement));
    const stopTimer = this.#cutOffLater();
    try {
      await pipeline(source, stream);
      return stream.rowCount;
    } catch (error) {
      throw this.#copyFault(error);
    } finally {
      stopTimer();
    }
  }

  /**
   * Sends `COPY … TO STDOUT` and gives the chunks to `consume`, at its pace. What it does not
   * read is read and thrown away, as COPY cannot be broken off otherwise; when it throws with much
   * left, the connection is cut off instead.
   */
  async copyTo<T>(
    statement: string,
    consume: (chunks: AsyncIterable<Buffer>) => Promise<T>,
  ): Promise<T> {
    const stream = this.#connection.client.query(copyTo(statement));
    const stopTimer = this.#cutOffLater();
    try {
      const result = await consume(stream.iterator({ destroyOnReturn: false }));
      await readOut(stream);
      return result;
    } catch (error) {
      const fault = this.#copyFault(error);
      await readOut(stream, LEFT_BYTES_MAX).catch(() => this.#connection.cutOff());
      throw fault;
    } finally {
      stopTimer();
    }
  }

  /**
   * Sends `COPY … TO STDOUT` and gives each row to `take` as it comes, where it lies: for millions
   * of them. What it throws ends the copy, once the other rows are read and thrown away.
   */
  async copyRows(statement: string, take: RowTaker): Promise<void> {
    const rows = this.#connection.client.query(new CopyRows(statement, take));
    const stopTimer = this.#cutOffLater();
    try {
      await rows.done;
    } catch (error) {
      throw this.#copyFault(error);
    } finally {
      stopTimer();
    }
  }

  /** A copy whose server falls silent is given up, as the driver does with statements. */
  #cutOffLater(): StopTimer {
    const withinMs = this.#timeoutMs + ANSWER_GRACE_MS;
    return this.#clock.startTimer(withinMs, () => this.#connection.cutOff());
  }

  /** The source's or consumer's own error stays as it is; that of Postgres becomes a fault. */
  #copyFault(error: unknown): unknown {
    if (error instanceof DatabaseError || this.#connection.isBroken) return statementFault(error);
    return error;
  }
}

async function readOut(stream: Readable, bytesMax = Infinity): Promise<void> {
  if (stream.readableEnded) return;
  let left = bytesMax;
  stream.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) stream.destroy(new Error('more is left than is worth reading'));
  });
  await finished(stream);
}

/**
 * Runs `work` in a transaction on `connection`, each statement bounded by `timeoutMs`, and
 * commits; any throw rolls back and is passed on. A commit whose answer is lost is unknown.
 */
export async function runTransaction<T>(
  connection: LentConnection,
  clock: Clock,
  timeoutMs: number,
  work: (transaction: StoreTransaction) => Promise<T>,
): Promise<T> {
  const bound = `set local statement_timeout = ${Math.ceil(timeoutMs)}`;
  await connection.query({ text: `begin; ${bound}` });
  try {
    const result = await work(new StoreTransaction(connection, clock, timeoutMs));
    await connection.query({ text: 'commit', timeoutMs });
    return result;
  } catch (error) {
    await rollBack(connection);
    throw error;
  }
}

async function rollBack(connection: LentConnection): Promise<void> {
  try {
    await connection.query({ text: 'rollback' });
  } catch (error) {
    // Without an answer the connection is closed, and Postgres rolls back by itself.
    connection.breakOff();
    if (!(error instanceof TandemError)) throw error;
  }
}
