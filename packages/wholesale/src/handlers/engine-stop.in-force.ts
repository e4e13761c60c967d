import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import { forgetInForce } from '../decks/nodes-in-force.ts';

/** A node that ends waits no longer for the database, ms. */
const DEADLINE_MS = 500;

/** engine.stop: whoever changes the set-up waits for this node no more. */
export function handleStopInForce(scope: Scope, store: Store): void {
  const options = { as: 'wholesale.in-force', deadlineMs: DEADLINE_MS };
  scope.handle('engine.stop', options, async () => {
    if (!store.isUp) return;
    // What stays is forgotten within seconds by itself.
    await forgetInForce(store, scope.node).catch(() => undefined);
  });
}
