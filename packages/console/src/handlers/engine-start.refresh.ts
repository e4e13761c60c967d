import type { Scope } from '@tandem/engine';

/** engine.start: every plugin is there now, so all resources can be gathered. */
export function handleEngineStart(scope: Scope, refresh: () => Promise<void>): void {
  scope.handle('engine.start', { as: 'console' }, refresh);
}
