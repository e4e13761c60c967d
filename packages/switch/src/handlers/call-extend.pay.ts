import type { Scope } from '@tandem/engine';
import type { Switch } from '../switch.ts';

/** Sets how long a call of this node may talk in all. */
export function handleCallExtend(scope: Scope, theSwitch: Switch): void {
  scope.handle('call.extend', {}, ({ params: { id, talkMsMax } }) =>
    theSwitch.extend(id, talkMsMax) ? { extended: true } : undefined,
  );
}
