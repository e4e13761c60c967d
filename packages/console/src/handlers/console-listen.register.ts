import type { Scope } from '@tandem/engine';
import type { SisterListeners } from '../events/sister-listeners.ts';

/** A sister may not listen for longer without saying so again, ms. */
const LISTEN_FOR_MAX_MS = 60_000;

/** console.listen: a sister wants to hear what happens here. */
export function handleConsoleListen(scope: Scope, listeners: SisterListeners): void {
  scope.handle('console.listen', { as: 'console' }, ({ params: { forMs }, from }) => {
    if (from === undefined || !(forMs > 0)) return;
    listeners.hear(from, Math.min(forMs, LISTEN_FOR_MAX_MS));
  });
}
