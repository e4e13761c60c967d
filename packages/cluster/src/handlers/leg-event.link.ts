import type { Scope } from '@tandem/engine';
import { isLinkFrame } from '../link/link-form.ts';
import type { LinkTable } from '../link/link-table.ts';

/** leg.event: a frame from another node goes to its leg; what is none is counted. */
export function handleLegEvent(
  scope: Scope,
  table: LinkTable,
  counters: { malformedFrames: number },
): void {
  scope.handle('leg.event', { as: 'cluster.link' }, ({ from, params }) => {
    if (from === undefined) return;
    if (isLinkFrame(params)) table.receive(from, params);
    else counters.malformedFrames++;
  });
}
