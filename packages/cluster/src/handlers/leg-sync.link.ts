import type { Scope } from '@tandem/engine';
import { areLinkReports } from '../link/link-form.ts';
import type { LinkTable } from '../link/link-table.ts';

/** leg.sync: another node tells what it knows of our common legs; the answer is what we know. */
export function handleLegSync(scope: Scope, table: LinkTable): void {
  scope.handle('leg.sync', { as: 'cluster.link' }, ({ from, params }) => {
    if (from === undefined || !areLinkReports(params.links)) return undefined;
    return { links: table.compare(from, params.boot, params.links) };
  });
}
