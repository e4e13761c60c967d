import type { Scope } from '@tandem/engine';
import { priorities, refuse } from '@tandem/messages';
import { splitClusterName } from '../node-names.ts';

/** How long another node may take: as long as a phone may, and a bit. */
const ANSWER_MS = 11_000;

/**
 * sip.deliver: what is for a phone of another node goes there without the node's name; what is
 * for one of ours goes on without it.
 */
export function handleDeliverForward(scope: Scope, prefix: string): void {
  const options = { priority: priorities.clusterForward, as: 'cluster.deliver' };
  scope.handle('sip.deliver', { ...options, deadlineMs: ANSWER_MS + 1_000 }, async (message) => {
    const name = splitClusterName(message.params.callto, prefix);
    if (name === undefined) return undefined;
    if (name.node === scope.node) {
      message.change({ callto: name.target });
      return undefined;
    }
    const params = { ...message.params, callto: name.target };
    try {
      const answer = await scope.bus.ask('sip.deliver', params, {
        to: name.node,
        timeoutMs: ANSWER_MS,
      });
      return answer ?? refuse('offline', `node ${name.node} knows no such phone`);
    } catch {
      return refuse('offline', `node ${name.node} cannot be reached`);
    }
  });
}
