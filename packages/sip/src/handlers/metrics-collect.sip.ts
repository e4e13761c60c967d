import type { Scope } from '@tandem/engine';
import type { Reading } from '@tandem/messages';
import { readSipMeters } from '../sip-meters.ts';
import type { SipDriver } from '../sip-driver.ts';

/** Gives the readings of the driver and its stack. */
export function handleMetricsCollect(scope: Scope, driver: SipDriver): void {
  scope.handle('metrics.collect', {}, async (): Promise<readonly Reading[]> =>
    readSipMeters(driver),
  );
}
