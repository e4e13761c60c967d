import type { Scope } from '@tandem/engine';
import type { SipDriver } from '../sip-driver.ts';

/**
 * Reads the certificates again when the whole configuration was: their files change while the
 * section that names them does not. A broken one is the fault of the reload; the former ones stay.
 */
export function handleEngineReload(scope: Scope, driver: SipDriver): void {
  scope.handle('engine.reload', {}, async ({ params }) => {
    if (params.plugin === undefined) await driver.renewCertificates();
  });
}
