import type { Scope } from '@tandem/engine';
import { type Leases, priorities } from '@tandem/messages';

/** cluster.release: gives an own lease back; that of another node is left alone. */
export function handleReleaseLease(scope: Scope, leases: Leases): void {
  const options = { priority: priorities.lease, as: 'lease' };
  scope.handle('cluster.release', options, async ({ params }) => {
    try {
      await leases.release(params.callto);
    } catch (fault) {
      // Cut off from the others: they take it over by themselves, for us they are dead as well.
      scope.log.info('a lease could not be given back', {
        resource: params.callto,
        fault: fault instanceof Error ? fault.message : String(fault),
      });
    }
    return { isReleased: !leases.held.some(({ key }) => key === params.callto) };
  });
}
