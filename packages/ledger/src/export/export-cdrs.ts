import type { Store } from '@tandem/store';
import type { MoneyCaller } from '../books/money-caller.ts';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { CdrFilter } from '../records/cdr-query.ts';
import { exportStatement } from './export-statement.ts';
import { exportTables } from './export-tables.ts';

/** A large export may take so long, ms. */
const EXPORT_MS_MAX = 3_600_000;

/** Records on their way out. */
export interface ExportedCdrs {
  /** CSV with a header, the oldest record first; ends early with the store's fault. */
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Months of the period whose records were deleted when they were archived. */
  readonly missingMonths: readonly string[];
}

/**
 * Exports records as CSV, as of one instant, kept archives included. They stream at the reader's
 * pace, so memory is bounded whatever their number; one connection is lent until the reader has
 * read all, or leaves. Nothing is asked of the database before the first chunk is, but for where
 * the records are. A text: why nothing is exported. @throws the store's fault
 */
export async function exportCdrs(
  store: Store,
  filter: CdrFilter,
  withinMs = EXPORT_MS_MAX,
): Promise<ExportedCdrs | string> {
  // An empty file would be taken for a tenant without calls.
  if (!(await isTenantKnown(store, filter))) return `tenant: there is no tenant ${filter.tenant}`;
  const { tables, missingMonths } = await exportTables(store, filter);
  const statement = exportStatement(filter, tables);
  return { chunks: copyOut(store, statement, withinMs), missingMonths };
}

async function isTenantKnown(caller: MoneyCaller, { tenant }: CdrFilter): Promise<boolean> {
  if (tenant === undefined) return true;
  return (await caller.call('select from tenants where name = $1', [tenant])).length > 0;
}

async function* copyOut(
  store: Store,
  statement: string,
  withinMs: number,
): AsyncGenerator<Uint8Array> {
  const out = new PassThrough();
  const copied = store.copyTo(statement, async (chunks) => await pipeline(chunks, out), withinMs);
  copied.catch((fault: unknown) => out.destroy(fault instanceof Error ? fault : undefined));
  try {
    for await (const chunk of out) yield chunk as Buffer;
    // The last word is the server's: a reader must not take a copy that failed for whole.
    await copied;
  } finally {
    out.destroy();
    await copied.catch(() => undefined);
  }
}
