import type { Scope } from '@tandem/engine';
import { priorities } from '@tandem/messages';
import type { SipDriver } from '../sip-driver.ts';
import { probeTrunk } from '../trunk/probe-trunk.ts';

/** More than any probe waits. */
const DEADLINE_MS = 120_000;

/** trunk.probe: sends the OPTIONS. */
export function handleTrunkProbe(scope: Scope, driver: SipDriver): void {
  const options = { priority: priorities.drivers, deadlineMs: DEADLINE_MS };
  scope.handle('trunk.probe', options, async ({ params }) => {
    const { stack, clock, wheel } = driver.host;
    return await probeTrunk({ stack, clock, wheel, params });
  });
}
