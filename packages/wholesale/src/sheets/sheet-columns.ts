import { type Field, fieldsNamed, plainNameOf } from './column-names.ts';

/** Which columns of a table hold what. */
export class SheetColumns {
  readonly headings: readonly string[];
  readonly #positions: ReadonlyMap<Field, number>;

  constructor(headings: readonly string[], positions: ReadonlyMap<Field, number>) {
    this.headings = headings;
    this.#positions = positions;
  }

  has(field: Field): boolean {
    return this.#positions.has(field);
  }

  /** The cell of a field in a record; "" if the table has no such column or the row is short. */
  cellOf(cells: readonly string[], field: Field): string {
    const position = this.#positions.get(field);
    return position === undefined ? '' : (cells[position] ?? '');
  }

  /** The heading of a field's column, as the sheet writes it. */
  headingOf(field: Field): string | undefined {
    const position = this.#positions.get(field);
    return position === undefined ? undefined : this.headings[position];
  }

  /** What was understood, for a person: the field and its heading. */
  get understood(): readonly (readonly [Field, string])[] {
    return [...this.#positions].map(([field, at]) => [field, this.headings[at] ?? '']);
  }

  /** Headings of which nothing is used. */
  get unused(): readonly string[] {
    const used = new Set(this.#positions.values());
    return this.headings.filter((heading, at) => heading !== '' && !used.has(at));
  }

  /** Whether two tables have the same columns in the same places. */
  isLike(other: SheetColumns): boolean {
    return this.headings.join('\n').toLowerCase() === other.headings.join('\n').toLowerCase();
  }
}

/** Columns that somebody has named, because their headings say nothing to us. */
export type NamedColumns = Readonly<Partial<Record<Field, string>>>;

/** The columns of a header row, or `undefined` if it is none: codes and a rate must be in it. */
export function columnsOf(
  cells: readonly string[],
  named: NamedColumns = {},
): SheetColumns | undefined {
  const positions = new Map<Field, number>();
  const ranks = new Map<Field, number>();
  for (const [position, heading] of cells.entries()) {
    for (const { field, rank } of fieldsNamed(heading)) {
      if (rank >= (ranks.get(field) ?? Infinity)) continue;
      ranks.set(field, rank);
      positions.set(field, position);
    }
  }
  for (const [field, heading] of Object.entries(named) as [Field, string][]) {
    const position = cells.findIndex((cell) => plainNameOf(cell) === plainNameOf(heading));
    if (position >= 0) positions.set(field, position);
  }
  const columns = new SheetColumns(cells, positions);
  return hasCodes(columns) && hasRate(columns) ? columns : undefined;
}

function hasCodes(columns: SheetColumns): boolean {
  return columns.has('prefix') || columns.has('areaCode') || columns.has('countryCode');
}

function hasRate(columns: SheetColumns): boolean {
  return columns.has('rate') || columns.has('interstateRate');
}
