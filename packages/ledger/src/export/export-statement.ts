import { cdrConditions } from '../records/cdr-conditions.ts';
import type { CdrFilter } from '../records/cdr-query.ts';
import { EXPORT_COLUMNS, shownColumn } from './export-columns.ts';
import type { ExportTable } from './export-tables.ts';
import { textLiteral } from './sql-literal.ts';

/** The COPY that writes the records of a filter as CSV with a header, the oldest first. */
export function exportStatement(filter: CdrFilter, tables: readonly ExportTable[]): string {
  const found = tables.map((table) => selectFrom(table, filter)).join(' union all ');
  return `copy (select ${EXPORT_COLUMNS.map(shownColumn).join(', ')} from (${found}) found
    order by start_time, cdr_id) to stdout with (format csv, header)`;
}

function selectFrom({ name, columns }: ExportTable, filter: CdrFilter): string {
  const put = (value: string | number): string =>
    typeof value === 'number' ? String(value) : textLiteral(value);
  const conditions = ['true', ...cdrConditions(filter, put, name)].join(' and ');
  const selected = EXPORT_COLUMNS.map((column) =>
    columns.has(column) ? `r.${column}` : `null as ${column}`,
  );
  return `select ${selected.join(', ')} from ${name} r where ${conditions}`;
}
