import type { Scope } from '@tandem/engine';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';

/** call.ringing: the carrier of that leg is alive. */
export function handleRinging(scope: Scope, desk: CarrierDesk): void {
  scope.handle('call.ringing', { as: 'wholesale.carriers' }, ({ params }) => desk.heard(params.id));
}
