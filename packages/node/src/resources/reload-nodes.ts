import type { Bus, ParamsOf } from '@tandem/engine';
import type { ConsoleResource } from '@tandem/console';
import type { ApiAnswer } from '@tandem/messages';
import type { ReloadReport } from '../messages/node-reload.ts';

/** Plugins may take their time; a node that needs longer is named as silent. */
const TIMEOUT_MS = 15_000;

/** What one node answered. */
export interface NodeReloadRow extends ReloadReport {
  readonly node: string;
}

/** POST /reload: every node reads its configuration; if one finds a fault, none changes. */
export function reloadNodes(bus: Bus): ConsoleResource {
  return {
    method: 'POST',
    path: '/reload',
    role: 'admin',
    summary:
      'Reloads the configuration of all nodes: every node checks its own first, and only if all are right do all switch.',
    refusals: {
      409: 'A node found a fault, could not switch or did not answer; all are as they were.',
    },
    async handle({ actor }): Promise<ApiAnswer> {
      const trial = await ask(bus, { isTrial: true, by: actor });
      if (!isClean(trial)) return refused(trial);
      const done = await ask(bus, { isTrial: false, by: actor });
      if (isClean(done)) return { status: 200, body: { isReloaded: true, ...done } };
      // What no check could foresee, such as a port that is taken: those who switched go back.
      await ask(bus, { isTrial: false, isReturn: true, by: actor });
      return refused(done);
    },
  };
}

interface Answers {
  readonly nodes: readonly NodeReloadRow[];
  readonly unanswered: readonly string[];
}

async function ask(bus: Bus, question: ParamsOf<'node.reload'>): Promise<Answers> {
  const options = { to: '*', timeoutMs: TIMEOUT_MS };
  const { answers, unanswered } = await bus.gather('node.reload', question, options);
  return { nodes: answers.map(({ node, answer }) => ({ node, ...answer })), unanswered };
}

function isClean({ nodes, unanswered }: Answers): boolean {
  return unanswered.length === 0 && nodes.every(({ problems }) => problems.length === 0);
}

function refused({ nodes, unanswered }: Answers): ApiAnswer {
  const faults = nodes.flatMap(({ node, problems }) => problems.map((text) => `${node}: ${text}`));
  const silent = unanswered.map((node) => `${node}: did not answer in time`);
  const error = {
    code: 'RELOAD_REFUSED',
    message: [...faults, ...silent].join('\n'),
    hint: 'mend what is named and reload again; each node goes on as it was',
  };
  return { status: 409, body: { error, isReloaded: false, nodes, unanswered } };
}
