import { definePlugin, type Plugin } from '@tandem/engine';
import { handleNodeResources } from '../handlers/console-resources.node.ts';
import { handleNodeMetrics } from '../handlers/metrics-collect.node.ts';
import { handleNodeDrain } from '../handlers/node-drain.node.ts';
import { handleNodeReload } from '../handlers/node-reload.node.ts';
import { handleNodeStatus } from '../handlers/node-status.node.ts';
import type { NodeView } from './node-view.ts';
import { openSpareMemory } from './spare-memory.ts';
import type { UserPresence } from './user-presence.ts';

/** How often the node looks at itself: the period over which the lag of the loop is measured. */
const LOOK_MS = 1_000;

/** What a node says of itself on the bus. It has no settings. */
export function createNodePlugin(node: NodeView, users: UserPresence): Plugin {
  return definePlugin({
    name: 'node',
    async setup(scope) {
      handleNodeStatus(scope, node);
      handleNodeMetrics(scope, node);
      handleNodeDrain(scope, node);
      handleNodeReload(scope, node);
      handleNodeResources(scope, node);
      const nowMs = (): number => scope.clock.monotonicMs();
      const spareMemory = openSpareMemory({ calls: () => node.calls, nowMs });
      scope.every(LOOK_MS, () => {
        node.lag.turn();
        spareMemory?.turn();
      });
      await users.watch(scope);
    },
  });
}
