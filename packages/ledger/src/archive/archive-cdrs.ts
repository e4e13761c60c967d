import { sqlStateOf } from '@tandem/store';
import type { MoneyCaller } from '../books/money-caller.ts';

/** Why no records of a month were taken: `busy` means that they are read or written just now. */
export type ArchiveProblem = 'archived before' | 'busy' | 'running';

/** By SQLSTATE: a lock that was not to be had in time; a month that is not over. */
const PROBLEMS: Readonly<Record<string, ArchiveProblem>> = { '55P03': 'busy', '22023': 'running' };

/** A month whose records can leave. */
export interface ArchivableMonth {
  /** `2026-01`, UTC. */
  readonly month: string;
  readonly records: number;
}

/** Months with records that are over for so many months, oldest first. @throws the store's fault */
export async function archivableMonths(
  caller: MoneyCaller,
  keepMonths: number,
): Promise<readonly ArchivableMonth[]> {
  const rows = await caller.call<{ month: string; records: bigint }>(
    `select to_char(date_trunc('month', start_time at time zone 'UTC'), 'YYYY-MM') as month,
       count(*) as records
     from cdrs
     where start_time < (date_trunc('month', clock_timestamp() at time zone 'UTC')
       - make_interval(months => $1)) at time zone 'UTC'
     group by 1 order by 1`,
    [keepMonths],
  );
  const archived = await caller.call<{ month: string }>(
    `select to_char(month, 'YYYY-MM') as month from cdr_archives`,
  );
  const done = new Set(archived.map(({ month }) => month));
  return rows
    .filter(({ month }) => !done.has(month))
    .map(({ month, records }) => ({ month, records: Number(records) }));
}

/**
 * Takes a month's records out of `cdrs`: its days are counted for the last time, and
 * `reconcile` and the statistics go by them from then on. The records stand in a table of their
 * own, `cdrs_YYYY_MM`: exports and `tandem explain` still find them. The number of records, or why
 * none were taken. @throws the store's fault
 */
export async function archiveMonth(
  caller: MoneyCaller,
  month: string,
): Promise<number | ArchiveProblem> {
  try {
    const [row] = await caller.call<{ records: bigint | null }>(
      'select archive_cdr_month_1($1::date, true) as records',
      [`${month}-01`],
    );
    return row?.records == null ? 'archived before' : Number(row.records);
  } catch (fault) {
    const problem = PROBLEMS[sqlStateOf(fault) ?? ''];
    if (problem !== undefined) return problem;
    throw fault;
  }
}

/**
 * Deletes the records that an archived month kept; what they add up to stays. False: it keeps
 * none. @throws the store's fault
 */
export async function dropArchive(caller: MoneyCaller, month: string): Promise<boolean> {
  const [row] = await caller.call<{ dropped: boolean }>(
    'select drop_cdr_archive_1($1::date) as dropped',
    [`${month}-01`],
  );
  return row?.dropped === true;
}
