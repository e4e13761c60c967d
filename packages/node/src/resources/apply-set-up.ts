import type { Bus } from '@tandem/engine';
import type { ConsoleResource } from '@tandem/console';
import type { ApiAnswer } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { FOLLOW_MS, runSetUp } from '../setup/run-set-up.ts';

/** POST /plan and POST /apply: the declarative set-up. */
export function applySetUp(bus: Bus, store: Store, mode: 'plan' | 'apply'): ConsoleResource {
  const what =
    mode === 'plan'
      ? 'Shows what `apply` of this document would change; nothing is written.'
      : 'Makes the set-up as this document says, all of it or nothing.';
  return {
    method: 'POST',
    path: `/${mode}`,
    role: 'admin',
    summary: what,
    query: {
      prune: 'yes: what a list that is there does not name is deleted',
      wait: 'no: the answer does not wait until the nodes go by it',
    },
    refusals: { 422: 'The document has faults; `issues` names each one. Nothing was changed.' },
    async handle({ body, query, actor }): Promise<ApiAnswer> {
      const prune = ['yes', 'true', '1'].includes(query['prune'] ?? '');
      const followMs = query['wait'] === 'no' ? undefined : FOLLOW_MS;
      const options = { mode, prune, actor, followMs };
      const { changes, issues, nodes } = await runSetUp({ bus, store }, body, options);
      if (issues.length === 0) return { status: 200, body: { changes, ...(nodes && { nodes }) } };
      const { path: where, message, hint } = issues[0]!;
      const error = { code: 'SETUP_INVALID', message, where, hint };
      return { status: 422, body: { error, issues } };
    },
  };
}
