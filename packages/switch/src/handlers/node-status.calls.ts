import type { Scope } from '@tandem/engine';
import type { Switch } from '../switch.ts';

/** Over how long calls per second are counted. */
const WINDOW_MS = 1_000;

/** Tells how many calls this node carries, how many came in the last second, and what became of them. */
export function handleNodeStatus(scope: Scope, theSwitch: Switch): void {
  let before = theSwitch.meters.calls;
  let callsPerSecond = 0;
  scope.every(WINDOW_MS, () => {
    callsPerSecond = theSwitch.meters.calls - before;
    before = theSwitch.meters.calls;
    theSwitch.outcomes.sample();
  });
  scope.handle('node.status', {}, () => {
    const { seizures, answers } = theSwitch.outcomes.lastMinute;
    return { calls: theSwitch.active, callsPerSecond, seizures, answers };
  });
}
