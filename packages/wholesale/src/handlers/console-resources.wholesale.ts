import type { Scope } from '@tandem/engine';
import type { Store } from '@tandem/store';
import type { CarrierDesk } from '../carriers/carrier-desk.ts';
import type { LiveCatalogue } from '../decks/live-catalogue.ts';
import { deckChangeResources } from '../resources/deck-change-resources.ts';
import { deckResources } from '../resources/deck-resources.ts';
import { profileResources } from '../resources/profile-resources.ts';
import { routeTestResources } from '../resources/route-test-resources.ts';
import { tenantResources } from '../resources/tenant-resources.ts';
import { trunkResources } from '../resources/trunk-resources.ts';

/** console.resources: tenants, trunks, decks, profiles, and the route test. */
export function handleResources(
  scope: Scope,
  store: Store,
  desk: CarrierDesk,
  catalogue: LiveCatalogue,
): void {
  scope.handle('console.resources', { as: 'wholesale' }, () => [
    ...tenantResources(store),
    ...trunkResources(store, desk, scope),
    ...deckResources(store, catalogue),
    ...deckChangeResources(scope, store),
    ...profileResources(store),
    ...routeTestResources(scope, catalogue),
  ]);
}
