import type { Scope } from '@tandem/engine';
import { priorities } from '@tandem/messages';

/** call.admit: what an authenticated sister has admitted, or handed over, is not charged again. */
export function handleAdmitted(scope: Scope): void {
  const options = { priority: priorities.clusterAdmitted, as: 'cluster.admitted' };
  scope.handle('call.admit', options, ({ params, facts }) =>
    params.isPeer && (facts.admitted !== undefined || facts.handedOver !== undefined)
      ? { admitted: true }
      : undefined,
  );
}
