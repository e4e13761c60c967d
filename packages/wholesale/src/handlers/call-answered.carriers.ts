import type { Scope } from '@tandem/engine';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';

/** call.answered: the carrier of that leg works, which closes a breaker that probed it. */
export function handleAnswered(scope: Scope, desk: CarrierDesk): void {
  scope.handle('call.answered', { as: 'wholesale.carriers' }, ({ params }) =>
    desk.answered(params.id),
  );
}
