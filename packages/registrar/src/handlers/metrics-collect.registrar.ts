import type { Scope } from '@tandem/engine';

/** metrics.collect: registrations of this node, as last counted. */
export function handleRegistrarMetrics(scope: Scope, count: () => number): void {
  scope.handle('metrics.collect', { as: 'registrar' }, () => [
    {
      name: 'tandem_registrations',
      help: 'Living registrations of phones at this node, counted every ten seconds.',
      kind: 'gauge',
      value: count(),
    },
  ]);
}
