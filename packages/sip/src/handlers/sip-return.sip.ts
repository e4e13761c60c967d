import type { Scope } from '@tandem/engine';
import { priorities } from '@tandem/messages';
import type { SipDriver } from '../sip-driver.ts';

/** Sends the answer to a request that was passed to its node the way the request came. */
export function handleSipReturn(scope: Scope, driver: SipDriver): void {
  scope.handle('sip.return', { priority: priorities.drivers }, ({ params }) => {
    driver.strays.sendBack(params.text, params.flow);
  });
}
