import type { Scope } from '@tandem/engine';
import { priorities, refuse, targetOf } from '@tandem/messages';
import type { OrbitTable } from '../park/orbit-table.ts';

/** call.execute: the driver of `park/<orbit>`: the call waits there, or takes up the one that does. */
export function handleParkDriver(scope: Scope, table: OrbitTable): void {
  scope.handle('call.execute', { priority: priorities.drivers, as: 'park' }, ({ params }) => {
    const orbit = targetOf(params.callto, 'park');
    if (orbit === undefined) return undefined;
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(orbit)) return refuse('noroute', `${orbit} is no orbit`);
    return table.place(`park/${orbit}`, params.offer.body);
  });
}
