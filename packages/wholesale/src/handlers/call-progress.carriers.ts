import type { Scope } from '@tandem/engine';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';

/** call.progress: the carrier of that leg is alive. */
export function handleProgress(scope: Scope, desk: CarrierDesk): void {
  scope.handle('call.progress', { as: 'wholesale.carriers' }, ({ params }) =>
    desk.heard(params.id),
  );
}
