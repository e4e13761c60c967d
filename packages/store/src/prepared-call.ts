import type { Connection, FieldDef, Submittable } from 'pg';
import type { Parameter } from './parameter.ts';
import { RowShape } from './row-shape.ts';

/** A statement that a connection keeps prepared. */
export interface NamedStatement {
  readonly name: string;
  readonly text: string;
}

/** Hears how a call ended, once. */
export interface CallWatcher<Row> {
  onRows(rows: Row[]): void;
  onFailed(error: unknown): void;
}

/** What the driver knows of a connection and its types leave out: texts by name. */
interface PreparingConnection extends Connection {
  readonly parsedStatements: Readonly<Record<string, string | undefined>>;
}

/** What a statement without rows gives. */
const NO_COLUMNS = new RowShape([]);

/**
 * One run of a prepared statement, as the driver's own query does it, without what a node's calls
 * need not: its events, its timer, and the description of the rows, which is asked for once on
 * each connection.
 */
export class PreparedCall<Row> implements Submittable {
  /** Read by the driver, which notes what is prepared once Postgres says so. */
  readonly name: string;
  readonly text: string;
  readonly #parameters: Parameter[];
  /** By name, of this connection. */
  readonly #shapes: Map<string, RowShape>;
  readonly #watcher: CallWatcher<Row>;
  readonly #rows: Row[] = [];
  #shape: RowShape | undefined;
  /** A value could not be read: the answer is heard to its end, as the next comes behind it. */
  #misread: { readonly error: unknown } | undefined;

  constructor(
    { name, text }: NamedStatement,
    parameters: Parameter[],
    shapes: Map<string, RowShape>,
    watcher: CallWatcher<Row>,
  ) {
    this.name = name;
    this.text = text;
    this.#parameters = parameters;
    this.#shapes = shapes;
    this.#watcher = watcher;
    this.#shape = shapes.get(name);
  }

  /** Called by the driver when it is this statement's turn. */
  submit(connection: Connection): void {
    const { name, text } = this;
    const { stream } = connection;
    stream.cork();
    if ((connection as PreparingConnection).parsedStatements[name] === undefined) {
      connection.parse({ name, text, types: [] }, true);
    }
    connection.bind({ statement: name, values: this.#parameters }, true);
    if (this.#shape === undefined) connection.describe({ type: 'P', name: '' }, true);
    connection.execute(null, true);
    connection.sync();
    stream.uncork();
  }

  handleRowDescription({ fields }: { readonly fields: readonly FieldDef[] }): void {
    this.#shape = new RowShape(fields);
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    if (this.#misread !== undefined) return;
    try {
      this.#rows.push(this.#shape!.read(fields) as Row);
    } catch (error) {
      this.#misread = { error };
    }
  }

  handleCommandComplete(): void {
    this.#shapes.set(this.name, this.#shape ?? NO_COLUMNS);
  }

  /** A text of nothing but blanks: it has no rows. */
  handleEmptyQuery(): void {}

  /** Called for an error of Postgres, and for the end of the connection. */
  handleError(error: unknown): void {
    this.#watcher.onFailed(error);
  }

  handleReadyForQuery(): void {
    if (this.#misread === undefined) this.#watcher.onRows(this.#rows);
    else this.#watcher.onFailed(this.#misread.error);
  }
}
