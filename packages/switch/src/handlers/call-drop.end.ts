import type { Scope } from '@tandem/engine';
import type { Switch } from '../switch.ts';

/** Ends a call of this node, by its billid. */
export function handleCallDrop(scope: Scope, theSwitch: Switch): void {
  scope.handle('call.drop', {}, ({ params: { id, reason, by } }) =>
    theSwitch.drop(id, reason, by) ? { dropped: true } : undefined,
  );
}
