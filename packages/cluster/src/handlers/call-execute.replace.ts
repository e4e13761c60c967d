import type { Scope } from '@tandem/engine';
import { refuse, targetOf } from '@tandem/messages';

/** What finding the node of a dialog needs. */
export interface ReplaceOptions {
  readonly priority: number;
  readonly prefix: string;
  /** Whether a node is known, and lives. */
  readonly isLiving: (node: string) => boolean;
}

/**
 * call.execute: `replace/<node>/…` takes the place of a leg that lives at that node: for another
 * one it becomes the cluster's name, and is forwarded like any other. The calls of a dead node are
 * over (RFC 3891 §3: 481).
 */
export function handleReplaceForward(scope: Scope, options: ReplaceOptions): void {
  const { priority, prefix, isLiving } = options;
  scope.handle('call.execute', { priority, as: 'cluster.replace' }, (message) => {
    const { callto } = message.params;
    const target = targetOf(callto, 'replace');
    const node = target?.slice(0, target.indexOf('/'));
    if (node === undefined || node === '' || node === scope.node) return undefined;
    if (!isLiving(node)) return refuse('nocall', `node ${node} is not there any more`);
    message.change({ callto: `${prefix}${node}/${callto}` });
    return undefined;
  });
}
