import type { DecimalMark } from './cell-amount.ts';
import type { DateOrder } from './cell-instant.ts';
import type { NamedColumns } from './sheet-columns.ts';

/** Which rate of a US sheet is taken: it has three for each code. */
export type Jurisdiction = 'interstate' | 'intrastate' | 'indeterminate' | 'highest';

/** What a sheet may leave open, and what a person may know better. */
export interface SheetOptions {
  /** The file's name, for the findings. */
  readonly file: string;
  /** From when rates count whose row has no date, epoch ms. */
  readonly effectiveAt: number;
  /** Increments of rows that name none; 60 and 60 if absent. */
  readonly firstSeconds?: number;
  readonly nextSeconds?: number;
  /** How `8/9/2022` is meant; found from the sheet's other dates if absent. */
  readonly dateOrder?: DateOrder;
  /** Found from all amounts if absent. */
  readonly decimalMark?: DecimalMark;
  /** Found from the header if absent. */
  readonly delimiter?: string;
  /** `highest` if absent: whichever jurisdiction a call has, it is not rated too low. */
  readonly jurisdiction?: Jurisdiction;
  /** Headings of columns that are not found by themselves. */
  readonly columns?: NamedColumns;
  /** The deck's currency; rows in another one are refused. */
  readonly currency?: string;
  /** Told every few thousand rows how much was read, 0 to 1. */
  readonly onProgress?: (share: number) => void;
}
