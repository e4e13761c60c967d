import type { ApiResource } from '@tandem/messages';
import type { MoneyCaller } from '../books/money-caller.ts';
import { cdrQueryMeanings, isRefused, readCdrQuery } from './cdr-query.ts';
import { listCdrs } from './list-cdrs.ts';

/** GET /cdrs: records of calls that are over. */
export function cdrResource(caller: MoneyCaller): ApiResource {
  return {
    method: 'GET',
    path: '/cdrs',
    role: 'read',
    summary: 'Lists the records of calls that are over, the newest first.',
    query: cdrQueryMeanings,
    async handle({ query }) {
      const wanted = readCdrQuery(query);
      if (isRefused(wanted)) return wanted;
      return { status: 200, body: await listCdrs(caller, wanted) };
    },
  };
}
