import type { Scope } from '@tandem/engine';
import type { LinkKeeper } from '../link/link-keeper.ts';
import type { LinkTable } from '../link/link-table.ts';

/** Behind the switch, which ends the calls: their last words must still go out. */
const PRIORITY = 200;

/** engine.stop: no leg between nodes is left, nor a timer of one. */
export function handleEngineStop(scope: Scope, keeper: LinkKeeper, table: LinkTable): void {
  scope.handle('engine.stop', { priority: PRIORITY, as: 'cluster' }, () => {
    keeper.stop();
    table.clear();
  });
}
