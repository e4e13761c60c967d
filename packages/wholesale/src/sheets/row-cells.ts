import type { Field } from './column-names.ts';
import type { Reading } from './reading.ts';
import type { DataRow } from './sheet-layout.ts';
import type { SheetOptions } from './sheet-options.ts';
import type { SheetSurvey } from './sheet-survey.ts';

/** What is wrong with a row, or worth a remark, and in which column. */
export interface RowRemark {
  readonly isProblem: boolean;
  readonly field?: Field;
  readonly message: string;
}

/** All that rows are read with. */
export interface RowContext {
  readonly options: SheetOptions;
  readonly survey: SheetSurvey;
}

/** One row while it is read: its cells by field, and what is wrong with all of them together. */
export class RowCells {
  readonly row: DataRow;
  readonly context: RowContext;
  readonly #remarks: RowRemark[] = [];

  constructor(row: DataRow, context: RowContext) {
    this.row = row;
    this.context = context;
  }

  /** What was found so far. */
  get remarks(): readonly RowRemark[] {
    return this.#remarks;
  }

  /** Whether anything is wrong: then the row gives no rates. */
  get hasProblem(): boolean {
    return this.#remarks.some(({ isProblem }) => isProblem);
  }

  /** The cell of a field, trimmed; "" if there is none. */
  cellOf(field: Field): string {
    return this.row.columns.cellOf(this.row.cells, field);
  }

  has(field: Field): boolean {
    return this.row.columns.has(field);
  }

  /** Notes a problem with a column, or with the whole row. */
  tell(field: Field | undefined, message: string): void {
    this.#remarks.push({ isProblem: true, ...(field === undefined ? {} : { field }), message });
  }

  /** Notes something worth a look that does not hinder the row. */
  remark(field: Field, message: string): void {
    this.#remarks.push({ isProblem: false, field, message });
  }

  /** Takes what a cell was read as; a problem or a remark is noted. */
  take<T>(field: Field, reading: Reading<T>): T | undefined {
    if ('problem' in reading) {
      this.tell(field, reading.problem);
      return undefined;
    }
    if (reading.remark !== undefined) this.remark(field, reading.remark);
    return reading.value;
  }
}
