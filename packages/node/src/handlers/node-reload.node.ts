import type { Scope } from '@tandem/engine';
import type { NodeView } from '../node/node-view.ts';

/** Plugins may take their time to be set up. */
const DEADLINE_MS = 60_000;

/** node.reload: reads the configuration again, as a trial or for good. */
export function handleNodeReload(scope: Scope, node: NodeView): void {
  scope.handle('node.reload', { deadlineMs: DEADLINE_MS }, async ({ params }) => {
    if (params.isReturn === true) {
      scope.log.warn('this node returns to its former configuration', { by: params.by });
      return await node.returnToFormer();
    }
    if (!params.isTrial) scope.log.info('this node reads its configuration', { by: params.by });
    return await node.reload(params.isTrial);
  });
}
