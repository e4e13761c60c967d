import type { Scope } from '@tandem/engine';
import { isRefusal, priorities } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { removeBindings } from '../bindings.ts';
import { unlessAway } from '../unless-away.ts';

/** user.unregister: removes what that boot of that node stored, and nothing newer. */
export function handleUnregister(scope: Scope, store: Store): void {
  scope.handle('user.unregister', { priority: priorities.registrar }, async ({ params }) => {
    const { nodename, boot, username, connection, reason } = params;
    const owner = { node: nodename, boot };
    // A node that ends takes along only the phones that nobody else can reach.
    const keepsPaths = reason === 'node-end';
    const which = { username, connection, keepsPaths };
    const removed = await unlessAway(removeBindings(store, owner, which));
    return isRefusal(removed) ? removed : { removed };
  });
}
