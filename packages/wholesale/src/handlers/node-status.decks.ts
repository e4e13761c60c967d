import type { Scope } from '@tandem/engine';
import type { CatalogueSource } from '../decks/catalogue.ts';

/** node.status: the decks in force on this node, so that it can be seen who is behind. */
export function handleNodeStatus(scope: Scope, source: CatalogueSource): void {
  scope.handle('node.status', { as: 'wholesale' }, () => {
    const decks = [...(source.current?.decks.values() ?? [])].map(({ header }) => ({
      name: header.name,
      version: header.version,
    }));
    return { decks: decks.toSorted((one, other) => (one.name < other.name ? -1 : 1)) };
  });
}
