import type { Scope } from '@tandem/engine';
import type { CatalogueSource } from '../decks/catalogue.ts';

/** node.status: decks and profiles in force on this node, so that it can be seen who is behind. */
export function handleNodeStatus(scope: Scope, source: CatalogueSource): void {
  scope.handle('node.status', { as: 'wholesale' }, () => {
    const { current } = source;
    const decks = [...(current?.decks.values() ?? [])].map(({ header }) => ({
      name: header.name,
      version: header.version,
    }));
    return {
      decks: decks.toSorted(byName),
      profiles: (current?.setup.profiles ?? []).toSorted(byName),
      setupVersion: Number(current?.setup.version ?? 0n),
    };
  });
}

function byName(one: { readonly name: string }, other: { readonly name: string }): number {
  return one.name < other.name ? -1 : 1;
}
