import type { Scope } from '@tandem/engine';
import type { SipDriver } from '../sip-driver.ts';

/** Says at which addresses this node speaks SIP. */
export function handleNodeStatus(scope: Scope, driver: SipDriver): void {
  scope.handle('node.status', {}, () => ({ addresses: driver.listeners.addresses }));
}
