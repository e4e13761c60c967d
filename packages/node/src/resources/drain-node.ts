import { type Bus, isFault, z } from '@tandem/engine';
import type { ConsoleResource } from '@tandem/console';
import type { ApiAnswer } from '@tandem/messages';

const bodySchema = z.strictObject({ node: z.string().min(1).optional() }).default({});

/** POST /drain: a node takes no new calls and ends with its last one. */
export function drainNode(bus: Bus): ConsoleResource {
  return {
    method: 'POST',
    path: '/drain',
    role: 'admin',
    summary:
      'Drains a node: it takes no new calls, keeps the running ones, and ends with the last. Body: `{"node": "node2"}`, or nothing for the node that is asked.',
    refusals: { 404: 'There is no such node, or it is down.' },
    async handle({ body, actor }): Promise<ApiAnswer> {
      const read = bodySchema.safeParse(body);
      if (!read.success)
        return refusal(400, 'BODY_INVALID', 'expected {"node": "node2"} or nothing');
      const node = read.data.node ?? bus.node;
      try {
        const answer = await bus.ask('node.drain', { by: actor }, { to: node });
        if (answer !== undefined) return { status: 200, body: { node, ...answer } };
      } catch (fault) {
        const isGone = isFault(fault, 'MESH_NODE_UNREACHABLE') || isFault(fault, 'BUS_NO_MESH');
        if (!isGone) throw fault;
      }
      return refusal(404, 'NODE_UNKNOWN', `there is no node ${node}, or it is down`);
    },
  };
}

function refusal(status: number, code: string, message: string): ApiAnswer {
  return { status, body: { error: { code, message, hint: '`tandem nodes` lists them' } } };
}
