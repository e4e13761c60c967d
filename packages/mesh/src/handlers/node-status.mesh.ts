import type { Scope } from '@tandem/engine';
import type { Mesh } from '../mesh.ts';

/** node.status: how this node's connection is, and how it sees the others. */
export function handleNodeStatus(scope: Scope, mesh: Mesh): void {
  scope.handle('node.status', { as: 'mesh' }, () => ({
    name: scope.node,
    boot: mesh.membership.self.boot,
    nats: mesh.state,
    sees: Object.fromEntries(mesh.membership.peers.map(({ node, state }) => [node, state])),
  }));
}
