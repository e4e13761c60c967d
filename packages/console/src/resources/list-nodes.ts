import { refuseUnknown } from '../query.ts';
import type { ConsoleResource } from './console-resource.ts';
import type { CallSources } from './list-calls.ts';
import { mergeNodes } from './node-table.ts';

/** GET /nodes: how each node is, by its own word and as the others see it. */
export function listNodes({ bus, membership }: CallSources): ConsoleResource {
  return {
    method: 'GET',
    path: '/nodes',
    role: 'read',
    summary: 'Lists the nodes: state, load, connections, and how each is seen by the others.',
    async handle({ query }) {
      const refused = refuseUnknown(query, []);
      if (refused !== undefined) return refused;
      const { answers } = await bus.gather('node.status', {}, { to: '*' });
      const askedNode = bus.node;
      const { peers } = membership;
      const nodes = mergeNodes({ askedNode, answers, peers, now: bus.clock.now() });
      return { status: 200, body: { askedNode, nodes } };
    },
  };
}
