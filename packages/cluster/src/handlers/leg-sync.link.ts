import type { Scope } from '@tandem/engine';
import type { LinkTable } from '../link/link-table.ts';

/** leg.sync: another node tells what it knows of our common legs; the answer is what we know. */
export function handleLegSync(scope: Scope, table: LinkTable): void {
  scope.handle('leg.sync', { as: 'cluster.link' }, ({ from, params }) =>
    from === undefined ? undefined : { links: table.compare(from, params.boot, params.links) },
  );
}
