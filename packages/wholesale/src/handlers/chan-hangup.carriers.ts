import type { Scope } from '@tandem/engine';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';

/** chan.hangup: frees the carrier's place, and tells its breaker how the attempt ended. */
export function handleHangup(scope: Scope, desk: CarrierDesk): void {
  scope.handle('chan.hangup', { as: 'wholesale.carriers' }, ({ params }) => {
    const { id, sipCode, reason, status } = params;
    desk.ended(id, { sipCode, reason, isAnswered: status === 'answered' });
  });
}
