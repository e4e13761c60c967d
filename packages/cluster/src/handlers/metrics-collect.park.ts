import type { Scope } from '@tandem/engine';
import type { OrbitTable } from '../park/orbit-table.ts';

/** metrics.collect: callers who wait in an orbit of this node. */
export function handleParkMetrics(scope: Scope, table: OrbitTable): void {
  scope.handle('metrics.collect', { as: 'park' }, () => [
    {
      name: 'tandem_parked_calls',
      help: 'Callers who wait in an orbit of this node.',
      kind: 'gauge',
      value: table.parked,
    },
  ]);
}
