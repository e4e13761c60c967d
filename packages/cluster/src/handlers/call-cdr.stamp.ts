import type { Scope } from '@tandem/engine';

/** call.cdr: the record says whose it is, unless it says so already; the next ones of its call do. */
export function handleCdrStamp(
  scope: Scope,
  options: { readonly priority: number; readonly own: string },
): void {
  const { priority, own } = options;
  const stamp = Object.freeze({ nodename: scope.node, nodeprefix: own });
  scope.handle('call.cdr', { priority, as: 'cluster.stamp' }, (message) => {
    const { nodename, nodeprefix } = message.params;
    if (nodename !== undefined && nodeprefix !== undefined) return;
    if (nodename === undefined && nodeprefix === undefined) {
      message.facts.recordStamp = stamp;
      message.change(stamp);
    } else {
      message.change({ nodename: nodename ?? scope.node, nodeprefix: nodeprefix ?? own });
    }
  });
}
