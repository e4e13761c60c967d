import type { Scope } from '@tandem/engine';
import type { Switch } from '../switch.ts';

/** Lists the calls of this node. */
export function handleCallList(scope: Scope, theSwitch: Switch): void {
  scope.handle('call.list', {}, ({ params: { tenant, id } }) =>
    id === '' ? theSwitch.list(tenant) : theSwitch.show(id),
  );
}
