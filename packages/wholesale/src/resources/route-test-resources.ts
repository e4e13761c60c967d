import type { Scope } from '@tandem/engine';
import type { ApiAnswer, ApiResource } from '@tandem/messages';
import { askRoute } from '../route-test/ask-route.ts';
import { readQuestion } from '../route-test/read-query.ts';
import { reportRoute } from '../route-test/route-report.ts';
import { errorAnswer } from './error-answer.ts';

/** GET and POST /route-test: how would this call be routed, and why? */
export function routeTestResources(scope: Scope): readonly ApiResource[] {
  const summary =
    'Shows the whole decision about a call, with every candidate: source, called, caller, user, listener, at.';
  const answer = async (query: unknown): Promise<ApiAnswer> => {
    const fields = typeof query === 'object' && query !== null ? { ...query } : {};
    const question = readQuestion(fields, scope.clock.now());
    if ('message' in question) {
      const { message, where } = question;
      return errorAnswer(400, 'QUERY_INVALID', message, { where });
    }
    return { status: 200, body: reportRoute(await askRoute(scope, question)) };
  };
  const path = '/route-test';
  return [
    {
      method: 'GET',
      path,
      role: 'read',
      summary,
      handle: async ({ query }) => await answer(query),
    },
    {
      method: 'POST',
      path,
      role: 'read',
      summary,
      handle: async ({ query, body }) => await answer(body ?? query),
    },
  ];
}
