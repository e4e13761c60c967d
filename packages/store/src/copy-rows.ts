import type { Connection, Submittable } from 'pg';

/**
 * Takes one row of a `COPY … TO STDOUT`: `bytes[from … to - 1]`, its line's end included. The bytes
 * are others after the call.
 */
export type RowTaker = (bytes: Buffer, from: number, to: number) => void;

/** Codes of the protocol's messages (PostgreSQL, "Message Formats"). */
const COPY_DATA = 0x64;
/** Begin of a copy, and what may come between its rows. */
const PASSED_OVER = new Set(['H', 'S', 'N', 'A'].map((code) => code.charCodeAt(0)));
/** A message begins with its code and its length, which counts itself. */
const HEAD_BYTES = 5;
const NOTHING: Buffer = Buffer.alloc(0);

type Listener = (chunk: Buffer) => void;

/**
 * A `COPY … TO STDOUT` whose rows are taken where they lie in the socket's buffer: Postgres sends
 * each as a message of its own, and a million objects for them would cost more than reading them.
 *
 *   socket ── rows ──> taker                      until something else comes;
 *          ── the rest, from that message on ──>  the driver, as if we had never been here
 */
export class CopyRows implements Submittable {
  readonly #statement: string;
  readonly #take: RowTaker;
  /** A message whose end has not come yet. */
  #begun = NOTHING;
  #fault: unknown;
  #hasFault = false;
  #resolve: () => void = () => undefined;
  #reject: (fault: unknown) => void = () => undefined;
  /** Settles when the copy is over: rejects with what the taker threw, or with Postgres' error. */
  readonly done = new Promise<void>((resolve, reject) => {
    this.#resolve = resolve;
    this.#reject = reject;
  });

  constructor(statement: string, take: RowTaker) {
    this.#statement = statement;
    this.#take = take;
  }

  /** Called by the driver when it is this statement's turn. */
  submit(connection: Connection): void {
    const { stream } = connection;
    const [driver] = stream.listeners('data') as [Listener];
    const onData = (chunk: Buffer): void => {
      const foreign = this.#read(chunk);
      if (foreign === undefined) return;
      stream.off('data', onData);
      stream.on('data', driver);
      driver(foreign);
    };
    stream.off('data', driver);
    stream.on('data', onData);
    connection.query(this.#statement);
  }

  handleError(error: Error): void {
    this.#reject(error);
  }

  handleCommandComplete(): void {
    // Ready comes after it.
  }

  handleReadyForQuery(): void {
    if (this.#hasFault) this.#reject(this.#fault);
    else this.#resolve();
  }

  /** Takes the rows of a chunk; gives the rest of it from the first message on that is not ours. */
  #read(chunk: Buffer): Buffer | undefined {
    let at = 0;
    // The end of a message that began in the chunk before: only so much is copied.
    while (this.#begun.length > 0) {
      const missing = missingOf(this.#begun);
      if (missing === 0) {
        const message = this.#begun;
        this.#begun = NOTHING;
        const isOurs = this.#takeMessage(message, 0, message.length);
        if (!isOurs) return Buffer.concat([message, chunk.subarray(at)]);
      } else if (at === chunk.length) {
        return undefined;
      } else {
        const more = chunk.subarray(at, at + missing);
        this.#begun = Buffer.concat([this.#begun, more]);
        at += more.length;
      }
    }
    while (at + HEAD_BYTES <= chunk.length) {
      const end = at + 1 + chunk.readUInt32BE(at + 1);
      if (end > chunk.length) break;
      if (!this.#takeMessage(chunk, at, end)) return chunk.subarray(at);
      at = end;
    }
    this.#begun = Buffer.from(chunk.subarray(at));
    return undefined;
  }

  /**
   * Takes one whole message; false if it is not ours. A copy cannot be broken off: after a throw
   * the other rows are read and thrown away.
   */
  #takeMessage(bytes: Buffer, from: number, to: number): boolean {
    const code = bytes[from]!;
    if (code !== COPY_DATA) return PASSED_OVER.has(code);
    if (this.#hasFault) return true;
    try {
      this.#take(bytes, from + HEAD_BYTES, to);
    } catch (fault) {
      this.#hasFault = true;
      this.#fault = fault;
    }
    return true;
  }
}

/** Bytes until the head of a message is whole, and then until all of it is. */
function missingOf(begun: Buffer): number {
  if (begun.length < HEAD_BYTES) return HEAD_BYTES - begun.length;
  return 1 + begun.readUInt32BE(1) - begun.length;
}
