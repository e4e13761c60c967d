import type { Scope } from '@tandem/engine';
import type { Registrations } from '../trunks/registrations.ts';

/** trunk.lost: a registrar that calls back on the connection of a registration gets another one. */
export function handleLost(scope: Scope, registrations: Registrations): void {
  scope.handle('trunk.lost', { as: 'wholesale.trunks' }, ({ params }) => {
    registrations.lost(params.trunk);
  });
}
