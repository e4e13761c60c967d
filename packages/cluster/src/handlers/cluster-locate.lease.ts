import type { Scope } from '@tandem/engine';
import {
  type Lease,
  type Leases,
  type Membership,
  type NodeIdentity,
  priorities,
  refuse,
  type ResourceOwner,
  type Switchboard,
} from '@tandem/messages';

/** What finding an owner stands on. */
export interface LocateOptions {
  readonly membership: Membership;
  readonly leases: Leases;
  readonly switchboard: Switchboard;
}

/**
 * cluster.locate: the owner of a dynamic resource by its lease; if it has none, the node with
 * the fewest calls gets it. The answer is the same at every node, whoever asks first.
 */
export function handleLocateLease(
  scope: Scope,
  { membership, leases, switchboard }: LocateOptions,
): void {
  const options = { priority: priorities.lease, as: 'lease' };
  const ownerOf = ({ node, key }: Lease): ResourceOwner => ({
    node,
    isServing: leases.isServing(key),
  });
  scope.handle('cluster.locate', options, async ({ params }) => {
    const { callto, allocate } = params;
    const known = leases.find(callto);
    if (!allocate) {
      return known === undefined ? undefined : ownerOf(known);
    }
    try {
      const lease = await leases.allocate(callto, leastLoaded(membership, switchboard));
      return ownerOf(lease);
    } catch (fault) {
      const text = fault instanceof Error ? fault.message : String(fault);
      scope.log.warn('no owner could be found', { resource: callto, fault: text });
      return refuse('unreachable', text);
    }
  });
}

/** Equal ones keep the call where it is. */
function leastLoaded(membership: Membership, switchboard: Switchboard): NodeIdentity {
  const living = membership.peers.filter(({ state }) => state === 'up');
  // The call that asks is among ours wherever its resource will be.
  const ownCalls = Math.max(0, membership.ownCalls - 1);
  const [best] = living.toSorted((a, b) => a.calls - b.calls || (a.node < b.node ? -1 : 1));
  if (best === undefined) return membership.self;
  // A node that takes no new calls is no place for a new resource.
  return best.calls < ownCalls || !switchboard.isAccepting ? best : membership.self;
}
