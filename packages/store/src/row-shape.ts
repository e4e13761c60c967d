import type { FieldDef } from 'pg';
import { type ParseValue, valueParserOf } from './value-parsers.ts';

/** The columns of a statement's rows: their names, and how their texts become values. */
export class RowShape {
  readonly #names: readonly string[];
  readonly #parsers: readonly ParseValue[];
  /** Has the columns of all rows in their order, so that V8 sees one kind of object. */
  readonly #blank: Readonly<Record<string, unknown>>;

  constructor(fields: readonly FieldDef[]) {
    this.#names = fields.map(({ name }) => name);
    this.#parsers = fields.map(({ dataTypeID }) => valueParserOf(dataTypeID));
    this.#blank = Object.fromEntries(this.#names.map((name) => [name, null]));
  }

  /** Reads one row. @throws what a parser throws */
  read(texts: readonly (string | null)[]): Record<string, unknown> {
    const row = { ...this.#blank };
    for (let index = 0; index < texts.length; index++) {
      const text = texts[index]!;
      if (text !== null) row[this.#names[index]!] = this.#parsers[index]!(text);
    }
    return row;
  }
}
