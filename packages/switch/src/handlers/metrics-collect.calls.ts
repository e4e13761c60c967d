import type { Scope } from '@tandem/engine';
import type { Switch } from '../switch.ts';

/** Reads the meters of the switch. */
export function handleMetricsCollect(scope: Scope, theSwitch: Switch): void {
  scope.handle('metrics.collect', {}, () => theSwitch.readings);
}
