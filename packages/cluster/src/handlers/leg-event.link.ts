import type { Scope } from '@tandem/engine';
import type { LinkTable } from '../link/link-table.ts';

/** leg.event: a frame from another node goes to its leg. */
export function handleLegEvent(scope: Scope, table: LinkTable): void {
  scope.handle('leg.event', { as: 'cluster.link' }, ({ from, params }) => {
    if (from !== undefined) table.receive(from, params);
  });
}
