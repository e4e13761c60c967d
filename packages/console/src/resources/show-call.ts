import type { ApiAnswer } from '@tandem/messages';
import { apiError } from '../api-error.ts';
import { refuseUnknown } from '../query.ts';
import type { ConsoleResource } from './console-resource.ts';
import { type CallSources, gatherCalls } from './list-calls.ts';

/** GET /calls/{id}: one active call, with the legs of all nodes. */
export function showCall(sources: CallSources): ConsoleResource {
  return {
    method: 'GET',
    path: '/calls/{id}',
    role: 'read',
    summary: 'Shows one active call with its legs on all nodes.',
    refusals: { 404: 'There is no such call: it has ended, or its node did not answer.' },
    async handle({ params, query }): Promise<ApiAnswer> {
      const { id = '' } = params;
      const refused = refuseUnknown(query, []);
      if (refused !== undefined) return refused;
      const { rows, unanswered, trail } = await gatherCalls(sources, { id });
      const call = rows.find((row) => row.id === id);
      if (call !== undefined)
        return { status: 200, body: { call: { ...call, trail }, unanswered } };
      const silent = unanswered.length === 0 ? '' : `; ${unanswered.join(', ')} did not answer`;
      const hint = 'a call that has ended has a record; `tandem explain` prints it';
      return apiError(404, 'CALL_UNKNOWN', `there is no active call ${id}${silent}`, { hint });
    },
  };
}
