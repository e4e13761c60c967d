import type { Scope } from '@tandem/engine';
import { priorities, refuse } from '@tandem/messages';
import type { SipDriver } from '../sip-driver.ts';
import { registerTrunk } from '../trunk/register-trunk.ts';

/** Three silent servers, their challenges, and a life that had to be raised. */
const DEADLINE_MS = 300_000;

/** trunk.register: sends the REGISTER. A node that takes no new calls asks for none. */
export function handleTrunkRegister(scope: Scope, driver: SipDriver): void {
  const options = { priority: priorities.drivers, deadlineMs: DEADLINE_MS };
  scope.handle('trunk.register', options, async ({ params }) => {
    if (params.expiresSeconds > 0 && !driver.switchboard.isAccepting) {
      return refuse('draining', 'calls that came by a registration would be refused');
    }
    const line = driver.lines.lineFor(params);
    if (line === undefined) return refuse('noresource', 'too many trunks are registered here');
    const { stack, clock, settings } = driver.host;
    const idleMs = settings.connectionIdle;
    return await registerTrunk({ stack, clock, line, params, idleMs });
  });
}
