import type { ApiAnswer, ApiResource } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';
import { archivableMonths, archiveMonth, dropArchive } from './archive-cdrs.ts';
import { isKeptCount } from './archive-verb.ts';

const MONTH = /^\d{4}-(0[1-9]|1[0-2])$/;

/** Old records leave, over HTTP: which could, taking a month out, deleting what it kept. */
export function archiveResources(caller: MoneyCaller): readonly ApiResource[] {
  return [
    {
      method: 'GET',
      path: '/cdr-archives',
      role: 'billing',
      summary: 'Lists months whose records could leave, oldest first.',
      query: { keep: 'whole months that stay, beside the running one' },
      async handle({ query }) {
        const keep = Number(query['keep'] ?? 'none');
        if (!isKeptCount(keep)) {
          return failure(422, 'KEEP_INVALID', 'keep: expected a number of months, 1 or more');
        }
        return { status: 200, body: { archivable: await archivableMonths(caller, keep) } };
      },
    },
    {
      method: 'POST',
      path: '/cdr-archives',
      role: 'admin',
      summary: 'Takes a month’s records into a table of their own; what they add up to stays.',
      refusals: { 409: 'It left before, or its records are read or written just now.' },
      handle: async ({ body }) => await archive(caller, monthOf(body)),
    },
    {
      method: 'DELETE',
      path: '/cdr-archives/{month}',
      role: 'admin',
      summary: 'Deletes the records that an archived month kept.',
      async handle({ params }) {
        const month = params['month'] ?? '';
        if (!MONTH.test(month)) return invalid;
        return (await dropArchive(caller, month))
          ? { status: 200, body: { month } }
          : failure(404, 'ARCHIVE_UNKNOWN', `no records of ${month} are kept in an archive`);
      },
    },
  ];
}

async function archive(caller: MoneyCaller, month: string | undefined): Promise<ApiAnswer> {
  if (month === undefined) return invalid;
  const records = await archiveMonth(caller, month);
  if (records === 'running') return failure(422, 'MONTH_RUNNING', `${month} is not over`);
  if (typeof records === 'number') return { status: 200, body: { month, records } };
  return records === 'busy'
    ? failure(409, 'ARCHIVE_BUSY', `${month}: records are read or written just now: ask again`)
    : failure(409, 'ARCHIVED_BEFORE', `${month} was archived before`);
}

function monthOf(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('month' in body)) return undefined;
  return typeof body.month === 'string' && MONTH.test(body.month) ? body.month : undefined;
}

function failure(status: number, code: string, message: string): ApiAnswer {
  return { status, body: { error: { code, message } } };
}

const invalid = failure(422, 'MONTH_INVALID', 'month: expected a month such as 2026-01');
