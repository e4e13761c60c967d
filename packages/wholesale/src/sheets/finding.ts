/**
 * What a finding means for an import. `error`: something was left out or is wrong, so the import
 * stops unless told to go on. `warning`: taken, but somebody should look. `notice`: how the sheet
 * was understood, and lines that are no rates.
 */
export type Severity = 'error' | 'warning' | 'notice';

/** One thing found in a sheet, with the place where a person can look it up. */
export interface Finding {
  readonly severity: Severity;
  readonly file: string;
  /** Counted from 1, as editors do; absent if the finding is about the whole sheet. */
  readonly line?: number;
  /** The column's name as the sheet has it. */
  readonly column?: string;
  readonly value?: string;
  /** What is wrong, and what to do about it, in one sentence. */
  readonly message: string;
}

/** Findings kept of each severity; beyond it they are only counted. */
export const FINDINGS_MAX = 1000;

/** Longer values are cut: a broken quote can make a cell of half a file. */
const VALUE_LENGTH_MAX = 80;

/** Collects findings about one file: counts all of them, keeps the first thousand of each kind. */
export class Findings {
  readonly #file: string;
  readonly #kept: Finding[] = [];
  readonly #counts: Record<Severity, number> = { error: 0, warning: 0, notice: 0 };

  constructor(file: string) {
    this.#file = file;
  }

  add(finding: Omit<Finding, 'file'>): void {
    if (++this.#counts[finding.severity] > FINDINGS_MAX) return;
    const { value } = finding;
    const isLong = value !== undefined && value.length > VALUE_LENGTH_MAX;
    const cut = isLong ? { value: `${value.slice(0, VALUE_LENGTH_MAX)}…` } : {};
    this.#kept.push({ file: this.#file, ...finding, ...cut });
  }

  /** The findings kept, in the order in which they were made. */
  get kept(): readonly Finding[] {
    return this.#kept;
  }

  /** All findings, kept or not, by severity. */
  get counts(): Readonly<Record<Severity, number>> {
    return { ...this.#counts };
  }
}

/** One line for a person: `rates.csv:14 Rate "abc": expected an amount`. */
export function describeFinding({ file, line, column, value, message }: Finding): string {
  const place = line === undefined ? file : `${file}:${line}`;
  const cell = [column, value === undefined ? undefined : JSON.stringify(value)];
  const named = cell.filter((part) => part !== undefined).join(' ');
  return named === '' ? `${place}: ${message}` : `${place} ${named}: ${message}`;
}
