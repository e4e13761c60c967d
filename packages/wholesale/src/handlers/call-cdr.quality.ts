import type { Scope } from '@tandem/engine';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';

/** call.cdr: counts attempts, answers and talk of each carrier. A repeated record counts once. */
export function handleQuality(scope: Scope, desk: CarrierDesk): void {
  const where = { operation: 'finalize', direction: 'outgoing' };
  scope.handle('call.cdr', { as: 'wholesale.quality', where }, ({ params }) => {
    const { trunk, talkMs, repeat, isLateAnswer } = params;
    if (trunk === undefined || repeat !== undefined) return;
    desk.carrierOf(trunk).quality.add(isLateAnswer ? 0 : talkMs, scope.clock.monotonicMs());
  });
}
