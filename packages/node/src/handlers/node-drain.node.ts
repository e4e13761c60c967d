import type { Scope } from '@tandem/engine';
import type { NodeView } from '../node/node-view.ts';

/** node.drain: no new calls from now on; the node ends with its last one. */
export function handleNodeDrain(scope: Scope, node: NodeView): void {
  scope.handle('node.drain', {}, ({ params }) => {
    scope.log.info('this node drains', { by: params.by, calls: node.calls });
    node.drain();
    return { calls: node.calls };
  });
}
