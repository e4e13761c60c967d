import type { Scope } from '@tandem/engine';

/** call.cdr: the record says whose it is, unless it says so already. */
export function handleCdrStamp(
  scope: Scope,
  options: { readonly priority: number; readonly own: string },
): void {
  const { priority, own } = options;
  scope.handle('call.cdr', { priority, as: 'cluster.stamp' }, (message) => {
    const { nodename, nodeprefix } = message.params;
    if (nodename !== undefined && nodeprefix !== undefined) return;
    message.change({ nodename: nodename ?? scope.node, nodeprefix: nodeprefix ?? own });
  });
}
