import { type ApiAnswer, type ApiRequest, parseCallId } from '@tandem/messages';
import { isFault } from '@tandem/engine';
import { apiError } from '../api-error.ts';
import { refuseUnknown } from '../query.ts';
import type { ConsoleResource } from './console-resource.ts';
import { deadNodeAnswer, dropOrphan, type OrphanedCall } from './drop-orphan.ts';
import { type CallSources, gatherCalls } from './list-calls.ts';

/** Reasons are for records, not for stories. */
const REASON_LENGTH_MAX = 128;

/** DELETE /calls/{id}: ends a call, whichever node it is on. */
export function dropCall(sources: CallSources): ConsoleResource {
  return {
    method: 'DELETE',
    path: '/calls/{id}',
    role: 'admin',
    summary:
      'Ends a call: both legs are released, and its record says that an operator did it. If its node is dead, what others carry of it ends, and `orphan` says whether the call is closed.',
    query: { reason: 'word for the record of the call; default operator' },
    refusals: {
      404: 'There is no such call.',
      410: 'The node of the call is dead, and nothing is left of the call.',
      503: 'This node is cut off from the one that has the call.',
      504: 'The node of the call did not answer in time.',
    },
    async handle(request): Promise<ApiAnswer> {
      const { id = '' } = request.params;
      const refused = refuseUnknown(request.query, ['reason']);
      if (refused !== undefined) return refused;
      const reason = reasonOf(request);
      if (reason === undefined) {
        const message = `expected a text of at most ${REASON_LENGTH_MAX} characters`;
        return apiError(400, 'BODY_INVALID', message, { where: 'reason' });
      }
      const node = await findNode(sources, id);
      if (node === undefined) return noSuchCall(id);
      const call = { id, node, reason };
      if (isOrphan(sources, call)) {
        return (await dropOrphan(sources, call)) ?? answerWithout(sources, call);
      }
      return await drop(sources, call);
    },
  };
}

/** Its node is dead, or was started anew since. */
function isOrphan({ bus, membership }: CallSources, { id, node }: OrphanedCall): boolean {
  const boot = parseCallId(id)?.boot;
  if (node === bus.node) return boot !== undefined && boot !== membership.self.boot;
  const peer = membership.find(node);
  return peer?.state === 'dead' || (boot !== undefined && boot !== peer?.boot);
}

/** A call of a former boot may have ended long before that did. */
function answerWithout({ membership }: CallSources, { id, node }: OrphanedCall): ApiAnswer {
  return membership.find(node)?.state === 'dead' ? deadNodeAnswer(id, node) : noSuchCall(id);
}

async function drop(sources: CallSources, call: OrphanedCall): Promise<ApiAnswer> {
  const { id, node, reason } = call;
  try {
    const params = { id, reason, by: 'operator' } as const;
    const answer = await sources.bus.ask('call.drop', params, { to: node });
    if (answer === undefined) return noSuchCall(id);
    return { status: 200, body: { id, node, dropped: true } };
  } catch (fault) {
    if (!isFault(fault, 'MESH_NODE_UNREACHABLE')) throw fault;
    return (await dropOrphan(sources, call)) ?? deadNodeAnswer(id, node);
  }
}

/** The node that the id names if we know it, else whoever lists the call: ids of Yate nodes name none. */
async function findNode(sources: CallSources, id: string): Promise<string | undefined> {
  const named = parseCallId(id)?.node;
  const { bus, membership } = sources;
  if (named !== undefined && (named === bus.node || membership.find(named) !== undefined)) {
    return named;
  }
  const { rows } = await gatherCalls(sources, { id });
  const row = rows.find((call) => call.id === id);
  return row?.legs[0]?.node ?? row?.node;
}

function reasonOf({ query, body }: ApiRequest): string | undefined {
  const inBody =
    typeof body === 'object' && body !== null && 'reason' in body ? body.reason : undefined;
  const reason: unknown = inBody ?? query['reason'] ?? 'operator';
  const isFit = typeof reason === 'string' && reason.length <= REASON_LENGTH_MAX;
  // No line ends or other control characters into records and headers.
  return isFit && /^[^\p{Cc}]+$/u.test(reason) ? reason : undefined;
}

function noSuchCall(id: string): ApiAnswer {
  const hint = '`tandem calls` lists the calls that there are';
  return apiError(404, 'CALL_UNKNOWN', `there is no call ${id}`, { hint });
}
