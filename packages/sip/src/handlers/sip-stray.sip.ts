import type { Scope } from '@tandem/engine';
import { priorities } from '@tandem/messages';
import type { SipDriver } from '../sip-driver.ts';

/** Takes a request of one of our dialogs that arrived at another node. */
export function handleSipStray(scope: Scope, driver: SipDriver): void {
  scope.handle('sip.stray', { priority: priorities.drivers }, ({ params }) => ({
    isTaken: driver.strays.receive(params),
  }));
}
