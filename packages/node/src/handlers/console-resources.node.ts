import type { Scope } from '@tandem/engine';
import type { NodeView } from '../node/node-view.ts';
import { applySetUp } from '../resources/apply-set-up.ts';
import { drainNode } from '../resources/drain-node.ts';
import { listHandlers } from '../resources/list-handlers.ts';
import { reloadNodes } from '../resources/reload-nodes.ts';

/** console.resources: what the command line needs of a running node. */
export function handleNodeResources(scope: Scope, node: NodeView): void {
  const { bus } = scope;
  scope.handle('console.resources', {}, () => [
    listHandlers(bus),
    drainNode(bus),
    reloadNodes(bus),
    applySetUp(bus, node.store, 'plan'),
    applySetUp(bus, node.store, 'apply'),
  ]);
}
