import type { Scope } from '@tandem/engine';

/** engine.reload: a plugin was set up anew, and its resources with it. */
export function handleEngineReload(scope: Scope, refresh: () => Promise<void>): void {
  scope.handle('engine.reload', { as: 'console' }, refresh);
}
