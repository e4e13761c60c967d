import type { Scope } from '@tandem/engine';
import type { CatalogueSource } from '../decks/catalogue.ts';

/** node.ready: without decks and set-up every call would be nobody's, and be refused. */
export function handleNodeReady(scope: Scope, source: CatalogueSource): void {
  scope.handle('node.ready', { as: 'wholesale' }, () =>
    source.current === undefined ? { waitsFor: 'the first reading of decks' } : undefined,
  );
}
