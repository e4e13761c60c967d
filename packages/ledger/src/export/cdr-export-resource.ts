import type { Clock } from '@tandem/engine';
import type { ApiAnswer, ApiRequest, ApiResource } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { cdrFilterMeanings, isRefused, readCdrFilter } from '../records/cdr-query.ts';
import { exportCdrs } from './export-cdrs.ts';
import { ReaderWatch } from './reader-watch.ts';

/** Exports of one node at a time: each keeps a connection of the database. */
const EXPORTS_MAX = 2;
/** Longer ones are taken beside the database, by the command line, ms. */
const EXPORT_MS_MAX = 1_800_000;

/** GET /cdrs/export: records as CSV, streamed at the reader's pace. */
export function cdrExportResource(store: Store, clock: Clock): ApiResource {
  const running = new Set<ReaderWatch>();
  const answer = async ({ query }: ApiRequest): Promise<ApiAnswer> => {
    const filter = readCdrFilter(query);
    if (isRefused(filter)) return filter;
    const exported = await exportCdrs(store, filter, EXPORT_MS_MAX);
    if (typeof exported === 'string') return refused(exported);
    if (running.size >= EXPORTS_MAX) return busy;
    const { chunks, missingMonths } = exported;
    const stream = new ReaderWatch(chunks, clock, () => void running.delete(stream));
    running.add(stream);
    await stream.begin();
    return answerOf(stream, missingMonths);
  };
  return {
    method: 'GET',
    path: '/cdrs/export',
    role: 'read',
    summary: 'Exports records as CSV, the oldest first; no cell is a formula to a spreadsheet.',
    query: cdrFilterMeanings,
    refusals: { 503: 'As many exports run as may: ask again.' },
    isAudited: true,
    handle: answer,
  };
}

function answerOf(stream: ReaderWatch, missingMonths: readonly string[]): ApiAnswer {
  return {
    status: 200,
    body: undefined,
    contentType: 'text/csv; charset=utf-8',
    stream,
    headers: {
      'content-disposition': 'attachment; filename="cdrs.csv"',
      // Whoever sums the file must know what is not in it.
      ...(missingMonths.length > 0 && { 'tandem-missing-months': missingMonths.join(', ') }),
    },
  };
}

function refused(message: string): ApiAnswer {
  return { status: 422, body: { error: { code: 'QUERY_INVALID', message } } };
}

const busy: ApiAnswer = {
  status: 503,
  body: {
    error: {
      code: 'EXPORT_BUSY',
      message: `${EXPORTS_MAX} exports run on this node already`,
      hint: 'ask again when one has ended, or another node',
    },
  },
};
