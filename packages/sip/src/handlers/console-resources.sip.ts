import type { Scope } from '@tandem/engine';
import type { NodeIdentity } from '@tandem/messages';
import { traceResources } from '../trace/trace-resources.ts';

/** console.resources: traces. */
export function handleSipResources(scope: Scope, identity: NodeIdentity): void {
  const resources = traceResources(scope.bus, identity);
  scope.handle('console.resources', {}, () => resources);
}
