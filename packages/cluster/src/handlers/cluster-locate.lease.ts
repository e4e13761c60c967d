import { isFault, type Scope } from '@tandem/engine';
import {
  type Leases,
  type Membership,
  type NodeIdentity,
  priorities,
  refuse,
} from '@tandem/messages';

/**
 * cluster.locate: the owner of a dynamic resource by its lease; if it has none, the node with
 * the fewest calls gets it. The answer is the same at every node, whoever asks first.
 */
export function handleLocateLease(scope: Scope, membership: Membership, leases: Leases): void {
  const options = { priority: priorities.lease, as: 'lease' };
  scope.handle('cluster.locate', options, async ({ params }) => {
    const { callto, allocate } = params;
    const known = leases.find(callto);
    if (!allocate) {
      return known === undefined ? undefined : { node: known.node };
    }
    try {
      const lease = await leases.allocate(callto, leastLoaded(membership));
      return { node: lease.node };
    } catch (fault) {
      if (!isFault(fault)) throw fault;
      return refuse('unreachable', fault.message);
    }
  });
}

/** Our own load is what we last said of it; equal ones keep the call where it is. */
function leastLoaded(membership: Membership): NodeIdentity {
  const living = membership.peers.filter(({ state }) => state === 'up');
  const ownCalls = membership.ownCalls;
  const [best] = living.toSorted((a, b) => a.calls - b.calls || (a.node < b.node ? -1 : 1));
  return best !== undefined && best.calls < ownCalls ? best : membership.self;
}
