import type { Clock, Scope } from '@tandem/engine';
import type { ApiAnswer, ApiResource } from '@tandem/messages';
import type { LiveCatalogue } from '../decks/live-catalogue.ts';
import { askRoute } from '../route-test/ask-route.ts';
import { readQuestion } from '../route-test/read-query.ts';
import { reportRoute } from '../route-test/route-report.ts';
import { errorAnswer } from './error-answer.ts';

/** Who has just applied a set-up wants to see that one: so long a newer one is waited for, ms. */
const FRESH_WITHIN_MS = 2_000;

/** GET and POST /route-test: how would this call be routed, and why? */
export function routeTestResources(scope: Scope, catalogue: LiveCatalogue): readonly ApiResource[] {
  const summary =
    'Shows the whole decision about a call, with every candidate: source, called, caller, user, listener, at.';
  const answer = async (query: unknown): Promise<ApiAnswer> => {
    const fields = typeof query === 'object' && query !== null ? { ...query } : {};
    const question = readQuestion(fields, scope.clock.now());
    if ('message' in question) {
      const { message, where } = question;
      return errorAnswer(400, 'QUERY_INVALID', message, { where });
    }
    const isNewest = await isFresh(scope.clock, catalogue);
    const asked = await askRoute(scope, question);
    const setup = catalogue.current?.setup.version;
    const setupVersion = setup === undefined ? null : Number(setup);
    return { status: 200, body: reportRoute(asked, { setupVersion, isNewest }) };
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

/** Takes over what is newer, for live calls as well; whether all of it was there in time. */
async function isFresh(clock: Clock, catalogue: LiveCatalogue): Promise<boolean> {
  let stop: () => void = () => undefined;
  const late = new Promise<false>((resolve) => {
    stop = clock.startTimer(FRESH_WITHIN_MS, () => resolve(false));
  });
  const isChecked = await Promise.race([catalogue.check(), late]);
  stop();
  return isChecked;
}
