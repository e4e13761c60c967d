import type { Bus, TrailEntry } from '@tandem/engine';
import type { ApiAnswer, Membership } from '@tandem/messages';
import { apiError } from '../api-error.ts';
import { readCount, refuseUnknown } from '../query.ts';
import { filterCalls, LIMIT_DEFAULT, LIMIT_MAX, pageOf } from './call-page.ts';
import { type CallRow, mergeCalls } from './call-table.ts';
import type { ConsoleResource } from './console-resource.ts';

const QUERY = {
  node: 'calls that came in at this node',
  tenant: 'calls of this tenant',
  state: 'routing, trying, ringing, up or ending',
  caller: 'begin of the number or name of the caller',
  called: 'begin of the called number or name',
  trunk: 'inbound or outbound trunk',
  limit: `rows of a page, 1 to ${LIMIT_MAX}; default ${LIMIT_DEFAULT}`,
  cursor: 'nextCursor of the page before',
} as const;

const STATES = ['routing', 'trying', 'ringing', 'up', 'ending'];

/** What the list of calls is made from. */
export interface CallSources {
  readonly bus: Bus;
  readonly membership: Membership;
}

/** GET /calls: the active calls of all nodes, each once. */
export function listCalls(sources: CallSources): ConsoleResource {
  return {
    method: 'GET',
    path: '/calls',
    role: 'read',
    summary: 'Lists the active calls of all nodes; nodes that did not answer in time are named.',
    query: QUERY,
    async handle({ query }): Promise<ApiAnswer> {
      const refused = refuseUnknown(query, Object.keys(QUERY)) ?? refuseValues(query);
      if (refused !== undefined) return refused;
      const { rows, unanswered } = await gatherCalls(sources, { tenant: query['tenant'] ?? '' });
      const limit = Number(query['limit'] ?? LIMIT_DEFAULT);
      const page = pageOf(filterCalls(rows, query), limit, query['cursor']);
      if (page === undefined) {
        const hint = 'take it from nextCursor of an answer';
        return apiError(400, 'QUERY_INVALID', 'the cursor is not one of ours', {
          where: 'cursor',
          hint,
        });
      }
      return { status: 200, body: { ...page, unanswered } };
    },
  };
}

/** Calls of all nodes as they were gathered. */
export interface GatheredCalls {
  readonly rows: readonly CallRow[];
  /** Nodes that did not answer in time. */
  readonly unanswered: readonly string[];
  /** What handlers did, on all nodes in order of time; empty unless one call was asked for. */
  readonly trail: readonly TrailEntry[];
}

/** Asks all nodes for their calls, of a tenant or the one of an id, and lists each call once. */
export async function gatherCalls(
  { bus, membership }: CallSources,
  { tenant = '', id = '' }: { readonly tenant?: string; readonly id?: string } = {},
): Promise<GatheredCalls> {
  const { answers, unanswered } = await bus.gather('call.list', { tenant, id }, { to: '*' });
  const isMember = (node: string): boolean =>
    node === bus.node || membership.find(node) !== undefined;
  const summaries = answers.flatMap(({ answer }) => answer);
  const trail = summaries
    .flatMap((summary) => summary.trail ?? [])
    .toSorted((one, other) => one.at - other.at);
  return { rows: mergeCalls(summaries, isMember), unanswered, trail };
}

function refuseValues(query: Readonly<Record<string, string>>): ApiAnswer | undefined {
  const { limit, state } = query;
  if (limit !== undefined && readCount(limit, 1, LIMIT_MAX) === undefined) {
    const message = `expected a number from 1 to ${LIMIT_MAX}, got ${JSON.stringify(limit)}`;
    return apiError(400, 'QUERY_INVALID', message, { where: 'limit' });
  }
  if (state !== undefined && !STATES.includes(state)) {
    const message = `expected ${STATES.join(', ')}, got ${JSON.stringify(state)}`;
    return apiError(400, 'QUERY_INVALID', message, { where: 'state' });
  }
  return undefined;
}
