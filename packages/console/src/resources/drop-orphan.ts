import type { ApiAnswer } from '@tandem/messages';
import { apiError } from '../api-error.ts';
import type { CallSources } from './list-calls.ts';

/** A call whose node is gone, and who wants it ended. */
export interface OrphanedCall {
  readonly id: string;
  /** The node that had it. */
  readonly node: string;
  readonly reason: string;
}

/**
 * Ends what is left of a call whose node is dead: the legs that other nodes carry for it. What it
 * cost is closed by whoever finds the node dead in the database, as an orphan. Undefined: nobody
 * knows of such a call.
 */
export async function dropOrphan(
  { bus, membership }: CallSources,
  { id, node, reason }: OrphanedCall,
): Promise<ApiAnswer | undefined> {
  const params = { id, reason, by: 'operator' } as const;
  const living = membership.peers.filter((peer) => peer.state !== 'dead');
  const places = [undefined, ...living.map((peer) => peer.node)];
  const ended = await Promise.allSettled(
    places.map(async (to) => await bus.ask('call.drop', params, to === undefined ? {} : { to })),
  );
  const dropped = ended.some((end) => end.status === 'fulfilled' && end.value !== undefined);
  const orphan = await bus.ask('call.orphan', { id });
  if (!dropped && orphan === undefined) return undefined;
  return { status: 200, body: { id, node, dropped, orphan: orphan?.state ?? null } };
}

/** Nobody knows what a dead node carried, if nobody paid for it. */
export function deadNodeAnswer(id: string, node: string): ApiAnswer {
  const message = `node ${node}, which had the call ${id}, is dead; its legs ended with it`;
  const hint = '`tandem nodes` shows the state of each node';
  return apiError(410, 'NODE_DEAD', message, { hint });
}
