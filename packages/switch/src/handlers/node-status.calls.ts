import type { Scope } from '@tandem/engine';
import type { Switch } from '../switch.ts';

/** Over how long calls per second are counted. */
const WINDOW_MS = 1_000;

/** Tells how many calls this node carries, and how many came in the last second. */
export function handleNodeStatus(scope: Scope, theSwitch: Switch): void {
  let before = theSwitch.meters.calls;
  let callsPerSecond = 0;
  scope.every(WINDOW_MS, () => {
    callsPerSecond = theSwitch.meters.calls - before;
    before = theSwitch.meters.calls;
  });
  scope.handle('node.status', {}, () => ({ calls: theSwitch.active, callsPerSecond }));
}
