import type { Scope } from '@tandem/engine';
import { isRefusal, priorities } from '@tandem/messages';
import type { Store } from '@tandem/store';
import { removeBindings } from '../bindings.ts';
import { unlessAway } from '../unless-away.ts';

/** user.unregister: removes what that boot of that node stored, and nothing newer. */
export function handleUnregister(scope: Scope, store: Store): void {
  scope.handle('user.unregister', { priority: priorities.registrar }, async ({ params }) => {
    const { nodename, boot, username, connection } = params;
    const owner = { node: nodename, boot };
    const removed = await unlessAway(removeBindings(store, owner, { username, connection }));
    return isRefusal(removed) ? removed : { removed };
  });
}
