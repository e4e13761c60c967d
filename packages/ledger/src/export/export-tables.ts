import { type MoneyCaller, toTimestamp } from '../books/money-caller.ts';
import type { CdrFilter } from '../records/cdr-query.ts';
import { EXPORT_COLUMNS } from './export-columns.ts';

/** A table of records, and which of the columns it has. */
export interface ExportTable {
  readonly name: string;
  readonly columns: ReadonlySet<string>;
}

/** Where the records of a period are. */
export interface ExportTables {
  readonly tables: readonly ExportTable[];
  /** Months of it whose records were deleted: `2026-01`. */
  readonly missingMonths: readonly string[];
}

const CURRENT: ExportTable = { name: 'cdrs', columns: new Set(EXPORT_COLUMNS) };

/**
 * The tables that hold the records of a period: the present one, and those of months that were
 * archived and kept, which may lack columns that came later. @throws the store's fault
 */
export async function exportTables(
  caller: MoneyCaller,
  { from, to }: Pick<CdrFilter, 'from' | 'to'>,
): Promise<ExportTables> {
  const rows = await caller.call<{ month: string; table: string | null; columns: string[] | null }>(
    `select to_char(a.month, 'YYYY-MM') as month, k.table_name as table, (
         select json_agg(attname) from pg_attribute
         where attrelid = to_regclass(k.table_name) and attnum > 0 and not attisdropped
       ) as columns
     from cdr_archives a
     left join lateral (
       select a.table_name where a.table_name ~ '^cdrs_[0-9]{4}_[0-9]{2}$'
         and to_regclass(a.table_name) is not null
     ) k on true
     where ($1::timestamptz is null or (a.month + interval '1 month') at time zone 'UTC' > $1)
       and ($2::timestamptz is null or a.month::timestamp at time zone 'UTC' < $2)
     order by a.month`,
    [from, to].map((at) => (at === undefined ? null : toTimestamp(at))),
  );
  const kept = rows.flatMap(({ table, columns }) =>
    table === null || columns === null ? [] : [{ name: table, columns: new Set(columns) }],
  );
  const missingMonths = rows.flatMap(({ month, table }) => (table === null ? [month] : []));
  return { tables: [CURRENT, ...kept], missingMonths };
}
