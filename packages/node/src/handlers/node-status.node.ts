import type { Scope } from '@tandem/engine';
import type { NodeView } from '../node/node-view.ts';

/** node.status: who this node is, how it is, and whether the database answers. */
export function handleNodeStatus(scope: Scope, node: NodeView): void {
  scope.handle('node.status', {}, () => ({
    name: node.identity.node,
    boot: node.identity.boot,
    version: node.version,
    state: node.state,
    uptimeMs: Math.round(node.uptimeMs),
    loopLagMs: node.lag.lagMs,
    memoryBytes: process.memoryUsage.rss(),
    database: node.database,
  }));
}
