import { printable } from './printable.ts';

/** A column: its head, and what it shows of a row. */
export interface Column<Row> {
  readonly head: string;
  readonly cell: (row: Row) => string | number | null;
  readonly align?: 'left' | 'right';
}

/** Cells longer than this are cut: one hostile name must not widen a table for all. */
const CELL_LENGTH_MAX = 60;

/** Rows as a table for people; what could steer a terminal is made visible. */
export function renderTable<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const lines = [
    columns.map(({ head }) => head),
    ...rows.map((row) => columns.map(({ cell }) => cut(printable(String(cell(row) ?? '-'))))),
  ];
  const widths = columns.map((_, index) =>
    lines.reduce((widest, line) => Math.max(widest, line[index]!.length), 0),
  );
  return lines
    .map((line) => line.map((text, index) => pad(text, widths[index]!, columns[index]!)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

/** A span for people: `17 ms`, `42 s`, `3 m 10 s`, `2 h 5 m`, `4 d 1 h`. */
export function showSpan(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 1) return `${Math.round(ms)} ms`;
  const units = [
    ['d', 86_400],
    ['h', 3_600],
    ['m', 60],
    ['s', 1],
  ] as const;
  const first = units.findIndex(([, unitSeconds]) => seconds >= unitSeconds);
  const parts: string[] = [];
  let rest = seconds;
  for (const [unit, unitSeconds] of units.slice(first, first + 2)) {
    const count = Math.floor(rest / unitSeconds);
    rest -= count * unitSeconds;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.join(' ');
}

function pad<Row>(text: string, width: number, { align }: Column<Row>): string {
  return align === 'right' ? text.padStart(width) : text.padEnd(width);
}

function cut(text: string): string {
  return text.length > CELL_LENGTH_MAX ? `${text.slice(0, CELL_LENGTH_MAX - 1)}…` : text;
}
