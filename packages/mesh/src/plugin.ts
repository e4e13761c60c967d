import { definePlugin, type Plugin } from '@tandem/engine';
import { handleMetricsCollect } from './handlers/metrics-collect.mesh.ts';
import { handleNodeStatus } from './handlers/node-status.mesh.ts';
import type { Mesh } from './mesh.ts';
import { natsConfig } from './nats-config.ts';

/** What the mesh says on the bus. Its own settings are read once, at the start of the node. */
export function createMeshPlugin(mesh: Mesh): Plugin<typeof natsConfig> {
  return definePlugin({
    name: 'nats',
    config: natsConfig,
    setup(scope) {
      handleNodeStatus(scope, mesh);
      handleMetricsCollect(scope, mesh);
    },
  });
}
